import { Module } from '@nestjs/common';
import { ActivityModule } from '../../activity/activity.module.js';
import { PeopleModule } from '../../identity/people/people.module.js';
import { InstallationsModule } from '../../installations/installations.module.js';
import { LifecycleModule } from '../../lifecycle/lifecycle.module.js';
import { ObservabilityModule } from '../../observability/observability.module.js';
import { PlaneModule } from '../../plane/plane.module.js';
import { QueueModule } from '../../queue/queue.module.js';
import { TokensModule } from '../../tokens/tokens.module.js';
import { ClientsModule } from '../clients/clients.module.js';
import { HandlerStoreModule } from '../handler-store/handler-store.module.js';
import { WebhooksModule } from '../webhooks.module.js';
import { WorkItemProjectsModule } from '../work-item-projects/work-item-projects.module.js';
import { ConnectionBulkhead } from './connection-bulkhead.service.js';
import { HandlerEventsService } from './handler-events.service.js';
import { HandlerPauseWatcher } from './handler-pause.watcher.js';
import { HandlerRunnerService } from './handler-runner.service.js';
import { HandlerRunObserver } from './handler-run.observer.js';
import { HandlerWorkersService } from './handler-workers.service.js';
import { LifecycleRunnerService } from './lifecycle-runner.service.js';
import { ParkingService } from './parking.service.js';
import { PlaneContextFactory } from './plane-context.factory.js';
import { RunToolsService } from './run-tools.service.js';

/** The role `worker`: runs handlers on their jobs. */
@Module({
  imports: [
    ActivityModule,
    ClientsModule,
    InstallationsModule,
    LifecycleModule,
    ObservabilityModule,
    PeopleModule,
    PlaneModule,
    QueueModule,
    TokensModule,
    HandlerStoreModule,
    WebhooksModule,
    WorkItemProjectsModule,
  ],
  providers: [
    RunToolsService,
    PlaneContextFactory,
    ParkingService,
    HandlerEventsService,
    HandlerRunObserver,
    ConnectionBulkhead,
    HandlerRunnerService,
    LifecycleRunnerService,
    HandlerPauseWatcher,
    HandlerWorkersService,
  ],
  exports: [PlaneContextFactory, HandlerRunObserver, ParkingService, ConnectionBulkhead],
})
export class DispatchModule {}
