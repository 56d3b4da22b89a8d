import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../identity/people/people.module.js';
import { SessionsModule } from '../identity/sessions/sessions.module.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { PlaneModule } from '../plane/plane.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { CallbackService } from './callback.service.js';
import { ConsentLinksService } from './consent-links.service.js';
import { OAuthController } from './oauth.controller.js';
import { OAuthStateService } from './oauth-state.service.js';
import { OAuthStatesModule } from './oauth-states.module.js';

/** Installation of the app and consent of users: pages, OAuth `state`, callbacks. */
@Module({
  imports: [
    AuditModule,
    OAuthStatesModule,
    PeopleModule,
    SessionsModule,
    InstallationsModule,
    PlaneModule,
    TokensModule,
  ],
  controllers: [OAuthController],
  providers: [ConsentLinksService, OAuthStateService, CallbackService],
})
export class OAuthModule {}
