import { Module } from '@nestjs/common';
import { IdentityRetentionService } from './identity-retention.service.js';
import { LogoutTokensModule } from './oidc/logout-tokens.module.js';
import { SessionsModule } from './sessions/sessions.module.js';

/** The role `scheduler`: what is past its time of sessions is deleted. */
@Module({
  imports: [LogoutTokensModule, SessionsModule],
  providers: [IdentityRetentionService],
})
export class IdentityRetentionModule {}
