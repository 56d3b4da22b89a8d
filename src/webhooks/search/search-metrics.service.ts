import { Injectable } from '@nestjs/common';
import { MetricsService } from '../../observability/metrics.service.js';
import { SearchIndexRepository } from './search-index.repository.js';

/** The role `scheduler`: tells how far the search for words is behind. */
@Injectable()
export class SearchMetricsService {
  constructor(metrics: MetricsService, index: SearchIndexRepository) {
    metrics.gauge(
      'hangar_search_lag_seconds',
      'How long the delivery has waited that can be found by its words next; 0 where all can.',
      async () => [{ value: await index.lagSeconds() }],
    );
  }
}
