import { unwatchFile, watchFile } from 'node:fs';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type Secret } from '../../common/secret.js';
import { readSecretFile } from '../../config/environment.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { secrets } from '../../config/parsers.js';
import { SigningSecret, verifySignature } from '../events/webhook-signature.js';

/** How often the file is looked at; its change shows by its times, also where a link to it is replaced. */
const POLL_MS = 2000;

/** The secrets that a webhook may be signed with; those of `PLANE_WEBHOOK_SECRETS_FILE` as the file is now. */
@Injectable()
export class AppSecretsService implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(AppSecretsService.name);
  private readonly path: string | undefined;
  private readonly onChange = (): void => this.reload();
  private secrets: readonly SigningSecret[];

  constructor(config: HangarConfig) {
    this.path = config.planeWebhookSecretsPath;
    this.secrets = signing(config.planeWebhookSecrets);
    if (this.secrets.length === 0)
      this.logger.warn(
        'PLANE_WEBHOOK_SECRETS is not set: webhooks of workspaces without a secret of their own will be answered 401',
      );
  }

  onModuleInit(): void {
    if (this.path !== undefined)
      watchFile(this.path, { interval: POLL_MS, persistent: false }, this.onChange);
  }

  onModuleDestroy(): void {
    if (this.path !== undefined) unwatchFile(this.path, this.onChange);
  }

  /** The secret that made the signature; `undefined` where none did. */
  verify(body: Buffer, signature: string | undefined): SigningSecret | undefined {
    return verifySignature(body, signature, this.secrets);
  }

  /** A file that is away or empty, as between two writes, changes nothing. */
  private reload(): void {
    const { text = '', issue } = readSecretFile('PLANE_WEBHOOK_SECRETS_FILE', this.path ?? '');
    const read = signing(secrets(text));
    if (issue || read.length === 0) {
      const problem = issue ? `${issue.name} ${issue.problem}` : 'PLANE_WEBHOOK_SECRETS_FILE names no secret';
      this.logger.error({ msg: 'the webhook secrets stay as they were', problem });
      return;
    }
    this.secrets = read;
    const fingerprints = read.map(({ fingerprint }) => fingerprint);
    this.logger.log({ msg: 'the webhook secrets were read anew', secrets: fingerprints });
  }
}

function signing(list: readonly Secret[]): SigningSecret[] {
  return list.map((secret) => new SigningSecret(secret));
}
