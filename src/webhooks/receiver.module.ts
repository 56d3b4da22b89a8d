import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { HoldService } from './receive/hold.service.js';
import { ReceiveGateService } from './receive/receive-gate.service.js';
import { RefusedWebhooksService } from './receive/refused-webhooks.service.js';
import { WebhookController } from './receive/webhook.controller.js';
import { WebhookReceiverService } from './receive/webhook-receiver.service.js';
import { WebhookMetricsService } from './receive/webhook-metrics.service.js';
import { WebhookSecretsService } from './receive/webhook-secrets.service.js';
import { WebhookVerifierService } from './receive/webhook-verifier.service.js';
import { OwnSecretsService } from './secrets/own-secrets.service.js';
import { WorkspaceSecretsModule } from './secrets/workspace-secrets.module.js';
import { WebhooksModule } from './webhooks.module.js';

/** The role `receiver`: verifies and stores what Plane sends. */
@Module({
  imports: [WebhooksModule, WorkspaceSecretsModule, ObservabilityModule, ActivityModule],
  controllers: [WebhookController],
  providers: [
    ReceiveGateService,
    RefusedWebhooksService,
    WebhookSecretsService,
    OwnSecretsService,
    WebhookVerifierService,
    WebhookMetricsService,
    HoldService,
    WebhookReceiverService,
  ],
})
export class ReceiverModule {}
