import { Module } from '@nestjs/common';
import { IdentityRetentionService } from './identity-retention.service.js';
import { SessionsModule } from './sessions/sessions.module.js';

/** The role `scheduler`: what is past its time of sessions is deleted. */
@Module({
  imports: [SessionsModule],
  providers: [IdentityRetentionService],
})
export class IdentityRetentionModule {}
