import { Module } from '@nestjs/common';
import { CatchUpSchedulerModule } from '../catch-up/catch-up-scheduler.module.js';
import { QueueUpkeepModule } from '../queue/queue-upkeep.module.js';
import { TasksSchedulerModule } from '../tasks/tasks-scheduler.module.js';
import { TokenRefreshJobModule } from '../tokens/token-refresh-job.module.js';
import { RetentionModule } from './retention.module.js';
import { SearchModule } from '../webhooks/search/search.module.js';
import { TrafficMonitorModule } from '../webhooks/traffic-monitor/traffic-monitor.module.js';

/** The role `scheduler`: what runs at intervals. */
@Module({
  imports: [
    TokenRefreshJobModule,
    RetentionModule,
    TrafficMonitorModule,
    SearchModule,
    QueueUpkeepModule,
    TasksSchedulerModule,
    CatchUpSchedulerModule,
  ],
})
export class SchedulerModule {}
