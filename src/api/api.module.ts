import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { AgentsModule } from '../agents/agents.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { WorkspaceSecretsModule } from '../webhooks/workspace-secrets/workspace-secrets.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { ActivityController } from './activity/activity.controller.js';
import { AgentRunsController } from './agent-runs/agent-runs.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { HandlersController } from './handlers/handlers.controller.js';
import { IdempotencyKeysModule } from './idempotency/idempotency-keys.module.js';
import { IdempotencyService } from './idempotency/idempotency.service.js';
import { InstallationsController } from './installations/installations.controller.js';
import { MeController } from './me.controller.js';
import { DocsController } from './openapi/docs.controller.js';
import { OpenApiController } from './openapi/openapi.controller.js';
import { OpenApiService } from './openapi/openapi.service.js';
import { PeopleController } from './people/people.controller.js';
import { SchedulesController } from './tasks/schedules.controller.js';
import { TasksController } from './tasks/tasks.controller.js';
import { TokensController } from './tokens/tokens.controller.js';
import { WebhookSecretsController } from './webhook-secrets/webhook-secrets.controller.js';

const RESOURCES = [
  MeController,
  InstallationsController,
  TokensController,
  DeliveriesController,
  DeadLettersController,
  HandlersController,
  AgentRunsController,
  TasksController,
  SchedulesController,
  WebhookSecretsController,
  PeopleController,
  AuditController,
  ActivityController,
];

/** `/api`: the operators' API. */
@Module({
  imports: [
    OperationsModule,
    ActivityModule,
    AgentsModule,
    IdempotencyKeysModule,
    IdentityModule,
    InstallationsModule,
    QueueModule,
    TokensModule,
    WebhooksModule,
    WorkspaceSecretsModule,
  ],
  controllers: [...RESOURCES, DocsController, OpenApiController],
  providers: [IdempotencyService, OpenApiService],
})
export class ApiModule {}
