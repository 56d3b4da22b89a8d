import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { InstallationsModule } from '../installations/installations.module.js';
import { PlaneModule } from '../plane/plane.module.js';
import { TokenRefreshJob } from './token-refresh.job.js';
import { InstallationCheckService } from './installation-check.service.js';
import { TokensModule } from './tokens.module.js';

/** The role `scheduler`: tokens are renewed before they expire, and installations that are gone are noticed. */
@Module({
  imports: [ScheduleModule.forRoot(), TokensModule, InstallationsModule, PlaneModule],
  providers: [TokenRefreshJob, InstallationCheckService],
  exports: [TokenRefreshJob, InstallationCheckService],
})
export class TokenRefreshJobModule {}
