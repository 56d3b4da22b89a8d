import { Module } from '@nestjs/common';
import { ActivityModule } from '../../activity/activity.module.js';
import { ObservabilityModule } from '../../observability/observability.module.js';
import { HoldService } from './hold.service.js';
import { ReceiveGateService } from './receive-gate.service.js';
import { RefusedWebhooksService } from './refused-webhooks.service.js';
import { WebhookController } from './webhook.controller.js';
import { WebhookReceiverService } from './webhook-receiver.service.js';
import { WebhookMetricsService } from './webhook-metrics.service.js';
import { WebhookSecretsService } from './webhook-secrets.service.js';
import { WebhookVerifierService } from './webhook-verifier.service.js';
import { OwnSecretsService } from '../workspace-secrets/own-secrets.service.js';
import { WorkspaceSecretsModule } from '../workspace-secrets/workspace-secrets.module.js';
import { WebhooksModule } from '../webhooks.module.js';

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
