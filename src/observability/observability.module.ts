import { Module } from '@nestjs/common';
import { MetricsService } from './metrics.service.js';

/** Provides {@link MetricsService}. */
@Module({
  providers: [MetricsService],
  exports: [MetricsService],
})
export class ObservabilityModule {}
