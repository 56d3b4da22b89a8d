import { Module } from '@nestjs/common';
import { ObservabilityModule } from '../../observability/observability.module.js';
import { SearchIndexJob } from './search-index.job.js';
import { SearchIndexRepository } from './search-index.repository.js';

/** The role `scheduler`: indexes the words of deliveries. */
@Module({
  imports: [ObservabilityModule],
  providers: [SearchIndexRepository, SearchIndexJob],
})
export class SearchModule {}
