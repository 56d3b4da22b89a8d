import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../identity/people/people.module.js';
import { SessionsModule } from '../identity/sessions/sessions.module.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { PlaneModule } from '../plane/plane.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { CallbackService } from './callback.service.js';
import { CallbackThrottle } from './callback-throttle.js';
import { ConsentCookiesService } from './consent-cookies.service.js';
import { ConsentRequestsModule } from './consent-requests.module.js';
import { ConsentConnectionsService } from './consent-connections.service.js';
import { ConsentLinksService } from './consent-links.service.js';
import { InstallationConsentsService } from './installation-consents.service.js';
import { OAuthController } from './oauth.controller.js';
import { OAuthStateService } from './oauth-state.service.js';
import { OAuthStatesModule } from './oauth-states.module.js';
import { SeenCodesService } from './seen-codes.service.js';
import { StateCodec } from './state-codec.js';
import { UserConsentsService } from './user-consents.service.js';

/** Installation of the app and consent of users: pages, OAuth `state`, callbacks. */
@Module({
  imports: [
    AuditModule,
    ConsentRequestsModule,
    OAuthStatesModule,
    PeopleModule,
    SessionsModule,
    InstallationsModule,
    PlaneModule,
    TokensModule,
  ],
  controllers: [OAuthController],
  providers: [
    CallbackThrottle,
    StateCodec,
    ConsentCookiesService,
    OAuthStateService,
    SeenCodesService,
    ConsentConnectionsService,
    ConsentLinksService,
    InstallationConsentsService,
    UserConsentsService,
    CallbackService,
  ],
})
export class OAuthModule {}
