import { Module } from '@nestjs/common';
import { PlaneModule } from '../plane/plane.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { CallbackService } from './callback.service.js';
import { OAuthController } from './oauth.controller.js';
import { OAuthStateService } from './oauth-state.service.js';
import { OAuthStatesModule } from './oauth-states.module.js';

/** Installing the app and linking users: consent pages, states, callbacks. */
@Module({
  imports: [OAuthStatesModule, PlaneModule, TokensModule],
  controllers: [OAuthController],
  providers: [OAuthStateService, CallbackService],
})
export class OAuthModule {}
