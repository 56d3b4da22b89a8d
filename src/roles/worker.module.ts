import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { PeopleModule } from '../identity/people/people.module.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { LifecycleModule } from '../lifecycle/lifecycle.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { PlaneModule } from '../plane/plane.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { LifecycleDispatcherService } from '../webhooks/dispatch/lifecycle-dispatcher.service.js';
import { LifecycleRunnerService } from '../webhooks/dispatch/lifecycle-runner.service.js';
import { HandlerEventsService } from '../webhooks/dispatch/handler-events.service.js';
import { HandlerPauseWatcher } from '../webhooks/dispatch/handler-pause.watcher.js';
import { HandlerRunnerService } from '../webhooks/dispatch/handler-runner.service.js';
import { HandlerRunsService } from '../webhooks/dispatch/handler-runs.service.js';
import { HandlerWorkersService } from '../webhooks/dispatch/handler-workers.service.js';
import { ParkingService } from '../webhooks/dispatch/parking.service.js';
import { PlaneContextFactory } from '../webhooks/dispatch/plane-context.factory.js';
import { WorkItemProjectsService } from '../webhooks/dispatch/work-item-projects.service.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';

/** The role `worker`: runs handlers. */
@Module({
  imports: [
    WebhooksModule,
    QueueModule,
    LifecycleModule,
    ObservabilityModule,
    ActivityModule,
    InstallationsModule,
    PlaneModule,
    PeopleModule,
    TokensModule,
  ],
  providers: [
    WorkItemProjectsService,
    PlaneContextFactory,
    ParkingService,
    HandlerEventsService,
    HandlerRunsService,
    HandlerRunnerService,
    LifecycleRunnerService,
    LifecycleDispatcherService,
    HandlerPauseWatcher,
    HandlerWorkersService,
  ],
})
export class WorkerModule {}
