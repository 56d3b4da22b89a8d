import { Module } from '@nestjs/common';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { ActivityModule } from '../activity/activity.module.js';
import { AgentsModule } from '../agents/agents.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { CatchUpModule } from '../catch-up/catch-up.module.js';
import { PeopleModule } from '../identity/people/people.module.js';
import { SessionsModule } from '../identity/sessions/sessions.module.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { TasksModule } from '../tasks/tasks.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { WorkspaceSecretsModule } from '../webhooks/workspace-secrets/workspace-secrets.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { AgentOperations } from './agent.operations.js';
import { AuditOperations } from './audit.operations.js';
import { CatchUpOperations } from './catch-up.operations.js';
import { ChangeLock } from './change-lock.service.js';
import { ConnectionOperations } from './connection.operations.js';
import { DeadLetterOperations } from './dead-letter.operations.js';
import { DeliverySearchService } from './delivery-search.service.js';
import { DeliveryOperations } from './delivery.operations.js';
import { HandlerOperations } from './handler.operations.js';
import { KeyOperations } from './key.operations.js';
import { PeopleOperations } from './people.operations.js';
import { TaskOperations } from './task.operations.js';
import { TokenOperations } from './token.operations.js';
import { WebhookSecretOperations } from './webhook-secret.operations.js';

const OPERATIONS = [
  AgentOperations,
  AuditOperations,
  CatchUpOperations,
  ConnectionOperations,
  DeadLetterOperations,
  DeliveryOperations,
  DeliverySearchService,
  HandlerOperations,
  KeyOperations,
  PeopleOperations,
  TaskOperations,
  TokenOperations,
  WebhookSecretOperations,
];

/** What operators do by console, API or command line. Every change is audited. */
@Module({
  imports: [
    ActivityModule,
    AgentsModule,
    AuditModule,
    CatchUpModule,
    EncryptionModule,
    InstallationsModule,
    PeopleModule,
    QueueModule,
    SessionsModule,
    TasksModule,
    TokensModule,
    WebhooksModule,
    WorkspaceSecretsModule,
  ],
  providers: [ChangeLock, ...OPERATIONS],
  exports: [AuditModule, ...OPERATIONS],
})
export class OperationsModule {}
