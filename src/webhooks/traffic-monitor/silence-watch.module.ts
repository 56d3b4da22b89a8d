import { Module } from '@nestjs/common';
import { ObservabilityModule } from '../../observability/observability.module.js';
import { SilenceMetricsService } from './silence-metrics.service.js';
import { SilenceModule } from './silence.module.js';
import { SilenceWatchService } from './silence-watch.service.js';

/** The role `scheduler`: a workspace that falls silent is noticed. */
@Module({
  imports: [SilenceModule, ObservabilityModule],
  providers: [SilenceWatchService, SilenceMetricsService],
})
export class SilenceWatchModule {}
