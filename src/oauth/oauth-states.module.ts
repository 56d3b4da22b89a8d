import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OAuthStateEntity } from './oauth-state.entity.js';
import { OAuthStatesRepository } from './oauth-states.repository.js';

/** The table of pending consents. */
@Module({
  imports: [TypeOrmModule.forFeature([OAuthStateEntity])],
  providers: [OAuthStatesRepository],
  exports: [OAuthStatesRepository],
})
export class OAuthStatesModule {}
