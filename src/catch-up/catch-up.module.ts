import { Module } from '@nestjs/common';
import { ownEntities } from '../database/own-entities.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { DeliveriesModule } from '../webhooks/deliveries/deliveries.module.js';
import { CatchUpGapEntity } from './catch-up-gap.entity.js';
import { CatchUpListsRepository } from './catch-up-lists.repository.js';
import { CatchUpMetricsService } from './catch-up-metrics.service.js';
import { CatchUpQueueService } from './catch-up-queue.service.js';
import { CatchUpRunEntity } from './catch-up-run.entity.js';
import { CatchUpRunsRepository } from './catch-up-runs.repository.js';
import { CatchUpStateEntity } from './catch-up-state.entity.js';
import { CatchUpStatesRepository } from './catch-up-states.repository.js';
import { CatchUpTiming } from './catch-up-timing.js';
import { CatchUpService } from './catch-up.service.js';

/** Recovers changes that no webhook announced from Plane's API: what every role needs of it (docs/catch-up.md). */
@Module({
  imports: [
    ownEntities([CatchUpStateEntity, CatchUpRunEntity, CatchUpGapEntity]),
    DeliveriesModule,
    InstallationsModule,
    ObservabilityModule,
    QueueModule,
  ],
  providers: [
    CatchUpTiming,
    CatchUpStatesRepository,
    CatchUpRunsRepository,
    CatchUpListsRepository,
    CatchUpQueueService,
    CatchUpMetricsService,
    CatchUpService,
  ],
  exports: [CatchUpTiming, CatchUpStatesRepository, CatchUpRunsRepository, CatchUpListsRepository, CatchUpService],
})
export class CatchUpModule {}
