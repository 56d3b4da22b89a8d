import { Module } from '@nestjs/common';
import { ActivityModule } from '../../activity/activity.module.js';
import { EncryptionModule } from '../../encryption/encryption.module.js';
import { ObservabilityModule } from '../../observability/observability.module.js';
import { WebhooksModule } from '../webhooks.module.js';
import { WorkspaceSecretsModule } from '../workspace-secrets/workspace-secrets.module.js';
import { AppSecretsService } from './app-secrets.service.js';
import { BodyBackpressure } from './body-backpressure.service.js';
import { StoreDeadline } from './store-deadline.service.js';
import { WebhookReceiverService } from './webhook-receiver.service.js';
import { WebhookVerifierService } from './webhook-verifier.service.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookObserver } from './webhook.observer.js';

/** The role `receiver`: verifies and stores the webhooks that Plane sends. */
@Module({
  imports: [EncryptionModule, WebhooksModule, WorkspaceSecretsModule, ObservabilityModule, ActivityModule],
  controllers: [WebhookController],
  providers: [
    BodyBackpressure,
    AppSecretsService,
    WebhookVerifierService,
    WebhookObserver,
    StoreDeadline,
    WebhookReceiverService,
  ],
})
export class ReceiverModule {}
