import { Global, Module } from '@nestjs/common';
import { ownEntities } from '../database/own-entities.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { ScheduleEntity } from './schedule.entity.js';
import { ScheduledTaskEntity } from './scheduled-task.entity.js';
import { SchedulesRepository } from './schedules.repository.js';
import { TaskAdminService } from './task-admin.service.js';
import { TaskEventsService } from './task-events.service.js';
import { TaskExplorer } from './task.explorer.js';
import { TaskMetricsService } from './task-metrics.service.js';
import { TaskPagesRepository } from './task-pages.repository.js';
import { TaskRegistry } from './task.registry.js';
import { TasksRepository } from './tasks.repository.js';
import { Tasks } from './tasks.service.js';

/** What every role needs of tasks and schedules. Global, so that the app's classes can inject {@link Tasks}. */
@Global()
@Module({
  imports: [
    ownEntities([ScheduledTaskEntity, ScheduleEntity]),
    InstallationsModule,
    ObservabilityModule,
    WebhooksModule,
  ],
  providers: [
    TaskRegistry,
    TaskExplorer,
    TasksRepository,
    TaskPagesRepository,
    SchedulesRepository,
    TaskMetricsService,
    TaskEventsService,
    TaskAdminService,
    Tasks,
  ],
  exports: [
    TaskRegistry,
    TasksRepository,
    TaskPagesRepository,
    SchedulesRepository,
    TaskMetricsService,
    TaskAdminService,
    Tasks,
  ],
})
export class TasksModule {}
