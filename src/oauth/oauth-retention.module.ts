import { Module } from '@nestjs/common';
import { OAuthStateRetentionService } from './oauth-state-retention.service.js';
import { OAuthStatesModule } from './oauth-states.module.js';

/** The role `scheduler`: deletes expired states. */
@Module({
  imports: [OAuthStatesModule],
  providers: [OAuthStateRetentionService],
})
export class OAuthRetentionModule {}
