import { Module } from '@nestjs/common';
import { ObservabilityModule } from '../observability/observability.module.js';
import { BossService } from './boss.service.js';
import { DeadLettersService } from './dead-letters.service.js';
import { JobCommitsSubscriber } from './job-commits.subscriber.js';
import { JobCompletions } from './job-completions.service.js';
import { CompletionBatcher } from './completion-batcher.service.js';
import { JobWakeupsService } from './job-wakeups.service.js';
import { JobWriterService } from './job-writer.service.js';
import { OrderingKeysRepository } from './ordering/ordering-keys.repository.js';
import { QueueStatsService } from './queue-stats.service.js';
import { QueueMetricsService } from './queue-metrics.service.js';
import { QueueService } from './queue.service.js';

/** Durable queues on PostgreSQL. */
@Module({
  imports: [ObservabilityModule],
  providers: [
    BossService,
    JobWakeupsService,
    JobCommitsSubscriber,
    OrderingKeysRepository,
    JobWriterService,
    JobCompletions,
    CompletionBatcher,
    QueueService,
    QueueStatsService,
    QueueMetricsService,
    DeadLettersService,
  ],
  exports: [QueueService, QueueStatsService, DeadLettersService, JobWriterService, OrderingKeysRepository],
})
export class QueueModule {}
