import { unwatchFile, watchFile } from 'node:fs';
import { Inject, Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type Secret } from '../../common/secret.js';
import { readSecretFile } from '../../config/environment.js';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { webhookSecrets } from '../../config/webhook-secrets.js';
import { FingerprintsService } from '../../encryption/fingerprints.service.js';
import { SigningSecret, verifySignature } from '../events/webhook-signature.js';

/** How often the file's times are checked; this also detects a symbolic link that is replaced, as Kubernetes does. */
const POLL_MS = 2000;

/** The app secrets of `PLANE_WEBHOOK_SECRETS`, reloaded when `PLANE_WEBHOOK_SECRETS_FILE` changes. */
@Injectable()
export class AppSecretsService implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(AppSecretsService.name);
  private readonly path: string | undefined;
  private readonly onChange = (): void => this.reload();
  private secrets: readonly SigningSecret[];

  constructor(
    @Inject(webhooksConfig.KEY) config: ConfigType<typeof webhooksConfig>,
    private readonly fingerprints: FingerprintsService,
  ) {
    this.path = config.planeWebhookSecretsPath;
    this.secrets = this.signing(config.planeWebhookSecrets);
    if (this.secrets.length === 0)
      this.logger.warn(
        'PLANE_WEBHOOK_SECRETS is not set: webhooks of workspaces without a workspace secret will be answered with 401',
      );
  }

  onModuleInit(): void {
    if (this.path !== undefined) watchFile(this.path, { interval: POLL_MS, persistent: false }, this.onChange);
  }

  onModuleDestroy(): void {
    if (this.path !== undefined) unwatchFile(this.path, this.onChange);
  }

  /** The secret that signed the body; `undefined` where none did. */
  verify(body: Buffer, signature: string | undefined): SigningSecret | undefined {
    return verifySignature(body, signature, this.secrets);
  }

  /** A file that is missing or empty, as between two writes, or has what cannot be a secret, changes nothing. */
  private reload(): void {
    const read = this.read();
    if (typeof read === 'string') {
      this.logger.warn({ msg: 'webhook secrets were not reloaded; the last ones stay in use', problem: read });
      return;
    }
    this.secrets = read;
    const fingerprints = read.map(({ fingerprint }) => fingerprint);
    this.logger.log({ msg: 'webhook secrets reloaded', secrets: fingerprints });
  }

  /** The secrets in the file, or why it has none. */
  private read(): SigningSecret[] | string {
    const name = 'PLANE_WEBHOOK_SECRETS_FILE';
    const { text = '', issue } = readSecretFile(name, this.path ?? '');
    if (issue) return `${issue.name} ${issue.problem}`;
    try {
      return this.signing(webhookSecrets(text));
    } catch (error) {
      return `${name} ${(error as Error).message}`;
    }
  }

  private signing(list: readonly Secret[]): SigningSecret[] {
    return list.map((secret) => new SigningSecret(secret, this.fingerprints.of(secret)));
  }
}
