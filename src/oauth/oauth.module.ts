import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PlaneModule } from '../plane/plane.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { CallbackService } from './callback.service.js';
import { OAuthController } from './oauth.controller.js';
import { OAuthStateEntity } from './oauth-state.entity.js';
import { OAuthStateService } from './oauth-state.service.js';
import { OAuthStatesRepository } from './oauth-states.repository.js';

/** Installing the app and linking users: consent pages, states, callbacks. */
@Module({
  imports: [TypeOrmModule.forFeature([OAuthStateEntity]), PlaneModule, TokensModule],
  controllers: [OAuthController],
  providers: [OAuthStatesRepository, OAuthStateService, CallbackService],
})
export class OAuthModule {}
