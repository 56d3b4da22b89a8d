import { Module } from '@nestjs/common';
import { InstallationsModule } from '../installations/installations.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { DueTasksService } from './due-tasks.service.js';
import { ScheduleFiringService } from './schedule-firing.service.js';
import { TasksModule } from './tasks.module.js';

/** The role `scheduler`: queues what is due. */
@Module({
  imports: [TasksModule, InstallationsModule, QueueModule],
  providers: [DueTasksService, ScheduleFiringService],
})
export class TasksSchedulerModule {}
