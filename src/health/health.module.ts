import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { HealthController } from './health.controller.js';
import { HealthMetricsService } from './health-metrics.service.js';
import { ProcessMetricsService } from './process-metrics.service.js';
import { ReadinessService } from './readiness.service.js';
import { RootController } from './root.controller.js';

/** Liveness, readiness, and metrics of the process. */
@Module({
  imports: [DatabaseModule, ObservabilityModule, QueueModule],
  controllers: [HealthController, RootController],
  providers: [ReadinessService, HealthMetricsService, ProcessMetricsService],
})
export class HealthModule {}
