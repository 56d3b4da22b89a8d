import { Module } from '@nestjs/common';
import { ObservabilityModule } from '../../observability/observability.module.js';
import { SearchIndexRepository } from './search-index.repository.js';
import { SearchIndexService } from './search-index.service.js';
import { SearchMetricsService } from './search-metrics.service.js';

/** The role `scheduler`: deliveries are found by their words. */
@Module({
  imports: [ObservabilityModule],
  providers: [SearchIndexRepository, SearchIndexService, SearchMetricsService],
})
export class SearchIndexModule {}
