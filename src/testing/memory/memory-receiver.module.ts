import { type IncomingHttpHeaders } from 'node:http';
import { Module } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { DEFAULT_CONNECTION } from '../../config/plane-connection.js';
import { SigningSecret, verifySignature } from '../../webhooks/events/webhook-signature.js';
import { StoreDeadline } from '../../webhooks/receiver/store-deadline.service.js';
import { WebhookReceiverService } from '../../webhooks/receiver/webhook-receiver.service.js';
import { type VerifiedWebhook, WebhookVerifierService } from '../../webhooks/receiver/webhook-verifier.service.js';
import { notSigned } from '../../webhooks/receiver/webhook.errors.js';
import { type ReceivedWebhook, WebhookObserver } from '../../webhooks/receiver/webhook.observer.js';
import { WebhooksModule } from '../../webhooks/webhooks.module.js';

type Config = ConfigType<typeof webhooksConfig>;

/** The receiver of webhooks without its controller, workspace secrets and metrics. */
@Module({
  imports: [WebhooksModule],
  providers: [
    StoreDeadline,
    WebhookReceiverService,
    { provide: WebhookVerifierService, inject: [webhooksConfig.KEY], useFactory: verifierOf },
    {
      provide: WebhookObserver,
      useValue: { observe: async (_at: number, _headers: object, work: Promise<ReceivedWebhook>) => work },
    },
  ],
})
export class MemoryReceiverModule {}

function verifierOf({ planeWebhookSecrets }: Config): Pick<WebhookVerifierService, 'verify'> {
  const secrets = planeWebhookSecrets.map((secret) => new SigningSecret(secret, 'test'));
  return {
    verify: (body: Buffer, headers: IncomingHttpHeaders): VerifiedWebhook => {
      const secret = verifySignature(body, headers['x-plane-signature']?.toString(), secrets);
      if (!secret) throw notSigned();
      return { secret, connectionId: DEFAULT_CONNECTION };
    },
  };
}
