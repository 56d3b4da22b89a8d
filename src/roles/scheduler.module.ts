import { Module } from '@nestjs/common';
import { ActivityRetentionModule } from '../activity/activity-retention.module.js';
import { IdempotencyRetentionModule } from '../api/idempotency/idempotency-retention.module.js';
import { IdentityRetentionModule } from '../identity/identity-retention.module.js';
import { OAuthRetentionModule } from '../oauth/oauth-retention.module.js';
import { PlaneRetentionModule } from '../plane/plane-retention.module.js';
import { QueueUpkeepModule } from '../queue/queue-upkeep.module.js';
import { TokenScheduleModule } from '../tokens/token-schedule.module.js';
import { RetentionModule } from './retention.module.js';
import { SearchIndexModule } from '../webhooks/search/search-index.module.js';
import { SilenceWatchModule } from '../webhooks/traffic-monitor/silence-watch.module.js';

/** The role `scheduler`: what happens by time. */
@Module({
  imports: [
    TokenScheduleModule,
    PlaneRetentionModule,
    OAuthRetentionModule,
    IdentityRetentionModule,
    RetentionModule,
    ActivityRetentionModule,
    SilenceWatchModule,
    SearchIndexModule,
    QueueUpkeepModule,
    IdempotencyRetentionModule,
  ],
})
export class SchedulerModule {}
