import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { InstallationsModule } from '../installations/installations.module.js';
import { InstallationCheckService } from './installation-check.service.js';
import { TokenRefreshJob } from './token-refresh.job.js';
import { TokensModule } from './tokens.module.js';

/** The role `scheduler`: refreshes tokens before they expire, and detects uninstalls. */
@Module({
  imports: [ScheduleModule.forRoot(), TokensModule, InstallationsModule],
  providers: [TokenRefreshJob, InstallationCheckService],
})
export class TokenRefreshJobModule {}
