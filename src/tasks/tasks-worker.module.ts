import { Module } from '@nestjs/common';
import { InstallationsModule } from '../installations/installations.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { DispatchModule } from '../webhooks/dispatch/dispatch.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { TaskRunnerService } from './task-runner.service.js';
import { TasksModule } from './tasks.module.js';

/** The role `worker`: runs tasks and schedules. */
@Module({
  imports: [TasksModule, DispatchModule, InstallationsModule, QueueModule, WebhooksModule],
  providers: [TaskRunnerService],
})
export class TasksWorkerModule {}
