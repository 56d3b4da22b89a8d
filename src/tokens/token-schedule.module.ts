import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { InstallationsModule } from '../installations/installations.module.js';
import { TokenScheduleService } from './token-schedule.service.js';
import { TokensModule } from './tokens.module.js';

/** The role `scheduler`: tokens are renewed before they expire. */
@Module({
  imports: [ScheduleModule.forRoot(), TokensModule, InstallationsModule],
  providers: [TokenScheduleService],
  exports: [TokenScheduleService],
})
export class TokenScheduleModule {}
