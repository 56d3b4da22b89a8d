import { Module } from '@nestjs/common';
import { ObservabilityModule } from '../../observability/observability.module.js';
import { TrafficMetricsService } from './traffic-metrics.service.js';
import { TrafficMonitorModule } from './traffic-monitor.module.js';
import { TrafficMonitorJob } from './traffic-monitor.job.js';

/** The role `scheduler`: a workspace that falls silent is noticed. */
@Module({
  imports: [TrafficMonitorModule, ObservabilityModule],
  providers: [TrafficMonitorJob, TrafficMetricsService],
})
export class TrafficMonitorJobModule {}
