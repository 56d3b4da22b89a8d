import { Module } from '@nestjs/common';
import { ActivityRetentionModule } from '../activity/activity-retention.module.js';
import { IdempotencyRetentionModule } from '../api/idempotency/idempotency-retention.module.js';
import { IdentityRetentionModule } from '../identity/identity-retention.module.js';
import { OAuthRetentionModule } from '../oauth/oauth-retention.module.js';
import { PlaneRetentionModule } from '../plane/plane-retention.module.js';
import { QueueUpkeepModule } from '../queue/queue-upkeep.module.js';
import { TokenRefreshJobModule } from '../tokens/token-refresh-job.module.js';
import { RetentionModule } from './retention.module.js';
import { SearchModule } from '../webhooks/search/search.module.js';
import { TrafficMonitorModule } from '../webhooks/traffic-monitor/traffic-monitor.module.js';

/** The role `scheduler`: what happens by time. */
@Module({
  imports: [
    TokenRefreshJobModule,
    PlaneRetentionModule,
    OAuthRetentionModule,
    IdentityRetentionModule,
    RetentionModule,
    ActivityRetentionModule,
    TrafficMonitorModule,
    SearchModule,
    QueueUpkeepModule,
    IdempotencyRetentionModule,
  ],
})
export class SchedulerModule {}
