import { Module } from '@nestjs/common';
import { ObservabilityModule } from '../observability/observability.module.js';
import { BossService } from './boss.service.js';
import { DeadLettersService } from './dead-letters.service.js';
import { JobCommitsSubscriber } from './job-commits.subscriber.js';
import { JobEndsService } from './job-ends.service.js';
import { JobSettlerService } from './job-settler.service.js';
import { JobWakeupsService } from './job-wakeups.service.js';
import { JobWriterService } from './job-writer.service.js';
import { LinesRepository } from './ordering/lines.repository.js';
import { QueueLevelsService } from './queue-levels.service.js';
import { QueueMetricsService } from './queue-metrics.service.js';
import { QueueService } from './queue.service.js';

/** Durable queues on PostgreSQL. */
@Module({
  imports: [ObservabilityModule],
  providers: [
    BossService,
    JobWakeupsService,
    JobCommitsSubscriber,
    LinesRepository,
    JobWriterService,
    JobEndsService,
    JobSettlerService,
    QueueService,
    QueueLevelsService,
    QueueMetricsService,
    DeadLettersService,
  ],
  exports: [QueueService, QueueLevelsService, DeadLettersService, JobWriterService, LinesRepository],
})
export class QueueModule {}
