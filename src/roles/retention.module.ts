import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { AgentsModule } from '../agents/agents.module.js';
import { IdempotencyKeysModule } from '../api/idempotency/idempotency-keys.module.js';
import { CatchUpModule } from '../catch-up/catch-up.module.js';
import { SessionsModule } from '../identity/sessions/sessions.module.js';
import { OAuthStatesModule } from '../oauth/oauth-states.module.js';
import { PlaneModule } from '../plane/plane.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { DeliveriesModule } from '../webhooks/deliveries/deliveries.module.js';
import { HandlerStoreModule } from '../webhooks/handler-store/handler-store.module.js';
import { WorkItemProjectsModule } from '../webhooks/work-item-projects/work-item-projects.module.js';
import { WorkspaceSecretsModule } from '../webhooks/workspace-secrets/workspace-secrets.module.js';
import { RetentionService } from './retention.service.js';

/** The role `scheduler`: deletes what is past its retention. */
@Module({
  imports: [
    PlaneModule,
    OAuthStatesModule,
    SessionsModule,
    IdempotencyKeysModule,
    ActivityModule,
    DeliveriesModule,
    AgentsModule,
    CatchUpModule,
    QueueModule,
    HandlerStoreModule,
    TasksModule,
    WorkItemProjectsModule,
    WorkspaceSecretsModule,
  ],
  providers: [RetentionService],
})
export class RetentionModule {}
