import { Module } from '@nestjs/common';
import { InstallationsModule } from '../installations/installations.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { CatchUpScheduleJob } from './catch-up-schedule.job.js';
import { CatchUpModule } from './catch-up.module.js';

/** The role `scheduler`: decides which installations are checked, and when. */
@Module({ imports: [CatchUpModule, InstallationsModule, QueueModule], providers: [CatchUpScheduleJob] })
export class CatchUpSchedulerModule {}
