import { Module } from '@nestjs/common';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { PeopleModule } from '../identity/people/people.module.js';
import { SessionsModule } from '../identity/sessions/sessions.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { WorkspaceSecretsModule } from '../webhooks/workspace-secrets/workspace-secrets.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { AuditActionsService } from './audit-actions.service.js';
import { DeadLetterActionsService } from './dead-letter-actions.service.js';
import { DeliveryActionsService } from './delivery-actions.service.js';
import { HandlerActionsService } from './handler-actions.service.js';
import { KeyActionsService } from './key-actions.service.js';
import { PeopleActionsService } from './people-actions.service.js';
import { TokenActionsService } from './token-actions.service.js';
import { WebhookSecretActionsService } from './webhook-secret-actions.service.js';

/** What operators do, by whichever way: console, API or command line. Each act is audited. */
@Module({
  imports: [
    AuditModule,
    EncryptionModule,
    PeopleModule,
    QueueModule,
    SessionsModule,
    TokensModule,
    WebhooksModule,
    WorkspaceSecretsModule,
  ],
  providers: [
    AuditActionsService,
    DeadLetterActionsService,
    DeliveryActionsService,
    HandlerActionsService,
    KeyActionsService,
    PeopleActionsService,
    TokenActionsService,
    WebhookSecretActionsService,
  ],
  exports: [
    AuditModule,
    AuditActionsService,
    DeadLetterActionsService,
    DeliveryActionsService,
    HandlerActionsService,
    KeyActionsService,
    PeopleActionsService,
    TokenActionsService,
    WebhookSecretActionsService,
  ],
})
export class ActionsModule {}
