import { Module } from '@nestjs/common';
import { MetricsService } from './metrics.service.js';

/** What operators see of a process. */
@Module({
  providers: [MetricsService],
  exports: [MetricsService],
})
export class ObservabilityModule {}
