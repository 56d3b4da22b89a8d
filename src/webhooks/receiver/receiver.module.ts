import { Module } from '@nestjs/common';
import { ActivityModule } from '../../activity/activity.module.js';
import { ObservabilityModule } from '../../observability/observability.module.js';
import { StoreDeadline } from './store-deadline.service.js';
import { BodyBackpressure } from './body-backpressure.service.js';
import { RejectedWebhooksService } from './rejected-webhooks.service.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookReceiverService } from './webhook-receiver.service.js';
import { WebhookMetricsService } from './webhook-metrics.service.js';
import { AppSecretsService } from './app-secrets.service.js';
import { WebhookVerifierService } from './webhook-verifier.service.js';
import { WorkspaceSecretsCache } from '../workspace-secrets/workspace-secrets.cache.js';
import { WorkspaceSecretsModule } from '../workspace-secrets/workspace-secrets.module.js';
import { WebhooksModule } from '../webhooks.module.js';

/** The role `receiver`: verifies and stores what Plane sends. */
@Module({
  imports: [WebhooksModule, WorkspaceSecretsModule, ObservabilityModule, ActivityModule],
  controllers: [WebhookController],
  providers: [
    BodyBackpressure,
    RejectedWebhooksService,
    AppSecretsService,
    WorkspaceSecretsCache,
    WebhookVerifierService,
    WebhookMetricsService,
    StoreDeadline,
    WebhookReceiverService,
  ],
})
export class ReceiverModule {}
