import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { InstallationsModule } from '../installations/installations.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { InstallationCheckService } from './installation-check.service.js';
import { KeyCheckJob } from './key-check.job.js';
import { TokenRefreshJob } from './token-refresh.job.js';
import { TokensModule } from './tokens.module.js';

/** The role `scheduler`: refreshes tokens before they expire, detects uninstalls, and checks API keys. */
@Module({
  imports: [ScheduleModule.forRoot(), TokensModule, InstallationsModule, ObservabilityModule],
  providers: [TokenRefreshJob, InstallationCheckService, KeyCheckJob],
})
export class TokenRefreshJobModule {}
