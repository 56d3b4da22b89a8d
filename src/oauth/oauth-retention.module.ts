import { Module } from '@nestjs/common';
import { OAuthStateRetentionService } from './oauth-state-retention.service.js';
import { OAuthStatesModule } from './oauth-states.module.js';

/** The role `scheduler`: states of consents are deleted after their time. */
@Module({
  imports: [OAuthStatesModule],
  providers: [OAuthStateRetentionService],
})
export class OAuthRetentionModule {}
