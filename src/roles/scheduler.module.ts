import { Module } from '@nestjs/common';
import { QueueUpkeepModule } from '../queue/queue-upkeep.module.js';
import { TokenRefreshJobModule } from '../tokens/token-refresh-job.module.js';
import { RetentionModule } from './retention.module.js';
import { SearchIndexModule } from '../webhooks/search/search-index.module.js';
import { TrafficMonitorJobModule } from '../webhooks/traffic-monitor/traffic-monitor-job.module.js';

/** The role `scheduler`: what runs at intervals. */
@Module({
  imports: [
    TokenRefreshJobModule,
    RetentionModule,
    TrafficMonitorJobModule,
    SearchIndexModule,
    QueueUpkeepModule,
  ],
})
export class SchedulerModule {}
