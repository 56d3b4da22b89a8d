import { Module } from '@nestjs/common';
import { ownEntities } from '../../database/own-entities.js';
import { QueueModule } from '../../queue/queue.module.js';
import { HandlersDiscoveryModule } from '../discovery/handlers-discovery.module.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryBatchesService } from './delivery-batches.service.js';
import { DeliveryPagesRepository } from './delivery-pages.repository.js';
import { DeliveryParticipantsRegistry } from './delivery-participants.registry.js';
import { DeliveryReplayService } from './delivery-replay.service.js';
import { DeliveryWriterService } from './delivery-writer.service.js';
import { DeliveryEntity } from './delivery.entity.js';
import { DuplicatesRepository } from './duplicates.repository.js';
import { JobPlanService } from './job-plan.service.js';
import { ListChangesService } from './list-changes.service.js';
import { OutcomesService } from './outcomes.service.js';
import { RecoveredChangesRepository } from './recovered-changes.repository.js';
import { RecoveryService } from './recovery.service.js';
import { TwinNamesRepository } from './twin-names.repository.js';
import { TwinNamesService } from './twin-names.service.js';
import { WorkspaceFairness } from './workspace-fairness.service.js';

/** The stored webhooks, and what became of each at its handlers. */
@Module({
  imports: [ownEntities([DeliveryEntity]), QueueModule, HandlersDiscoveryModule],
  providers: [
    DeliveriesRepository,
    DeliveryPagesRepository,
    DuplicatesRepository,
    RecoveredChangesRepository,
    TwinNamesRepository,
    OutcomesService,
    WorkspaceFairness,
    JobPlanService,
    DeliveryParticipantsRegistry,
    DeliveryWriterService,
    DeliveryBatchesService,
    DeliveryReplayService,
    ListChangesService,
    TwinNamesService,
    RecoveryService,
    DeliveriesService,
  ],
  exports: [
    DeliveriesRepository,
    DuplicatesRepository,
    DeliveriesService,
    DeliveryParticipantsRegistry,
    DeliveryReplayService,
    ListChangesService,
    TwinNamesService,
    RecoveredChangesRepository,
    RecoveryService,
    OutcomesService,
  ],
})
export class DeliveriesModule {}
