import { Injectable, Logger } from '@nestjs/common';
import { HangarConfig } from '../../config/hangar-config.js';
import { SigningSecret, verifySignature } from '../events/webhook-signature.js';

/** The secrets that a webhook may be signed with. */
@Injectable()
export class WebhookSecretsService {
  private readonly secrets: readonly SigningSecret[];

  constructor(config: HangarConfig) {
    this.secrets = config.planeWebhookSecrets.map((secret) => new SigningSecret(secret));
    if (this.secrets.length === 0)
      new Logger(WebhookSecretsService.name).warn(
        'PLANE_WEBHOOK_SECRETS is not set: every webhook will be answered 401',
      );
  }

  /** The secret that made the signature; `undefined` where none did. */
  verify(body: Buffer, signature: string | undefined): SigningSecret | undefined {
    return verifySignature(body, signature, this.secrets);
  }
}
