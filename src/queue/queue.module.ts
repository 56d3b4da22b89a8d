import { Module } from '@nestjs/common';
import { ObservabilityModule } from '../observability/observability.module.js';
import { DeadLettersService } from './dead-letters.service.js';
import { QueueMetricsService } from './queue-metrics.service.js';
import { QueueService } from './queue.service.js';

/** Durable queues on PostgreSQL. */
@Module({
  imports: [ObservabilityModule],
  providers: [QueueService, QueueMetricsService, DeadLettersService],
  exports: [QueueService, DeadLettersService],
})
export class QueueModule {}
