import { unwatchFile, watchFile } from 'node:fs';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { type Secret } from '../../common/secret.js';
import { readSecretFile } from '../../config/environment.js';
import { DEFAULT_CONNECTION, type PlaneConnection } from '../../config/plane-connection.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { webhookSecrets } from '../../config/webhook-secrets.js';
import { FingerprintsService } from '../../encryption/fingerprints.service.js';
import { SigningSecret, verifySignature } from '../events/webhook-signature.js';

/** How often the file's times are checked; this also detects a symbolic link that is replaced, as Kubernetes does. */
const POLL_MS = 2000;

/** A secret of a connection that signed a webhook. */
export interface AppSecretMatch {
  readonly secret: SigningSecret;
  readonly connectionId: string;
}

/** The app secrets of one connection, reloaded when their file changes. */
class ConnectionSecrets {
  private readonly logger = new Logger(AppSecretsService.name);
  private readonly onChange = (): void => this.reload();
  secrets: readonly SigningSecret[];

  constructor(
    readonly connection: PlaneConnection,
    private readonly fingerprints: FingerprintsService,
  ) {
    this.secrets = this.signing(connection.webhookSecrets);
  }

  watch(): void {
    const { webhookSecretsPath: path } = this.connection;
    if (path !== undefined) watchFile(path, { interval: POLL_MS, persistent: false }, this.onChange);
  }

  unwatch(): void {
    const { webhookSecretsPath: path } = this.connection;
    if (path !== undefined) unwatchFile(path, this.onChange);
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
    const { id, webhookSecretsPath: path = '' } = this.connection;
    const name = id === DEFAULT_CONNECTION ? 'PLANE_WEBHOOK_SECRETS_FILE' : `webhookSecretsFile of ${id}`;
    const { text = '', issue } = readSecretFile(name, path);
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

/** The app secrets of all connections: `PLANE_WEBHOOK_SECRETS`, and those of `HANGAR_APPS`. */
@Injectable()
export class AppSecretsService implements OnModuleInit, OnModuleDestroy {
  private readonly ofConnections: readonly ConnectionSecrets[];

  constructor(connections: PlaneConnections, fingerprints: FingerprintsService) {
    this.ofConnections = connections.all.map((each) => new ConnectionSecrets(each, fingerprints));
    if (this.ofConnections.every(({ secrets }) => secrets.length === 0))
      new Logger(AppSecretsService.name).warn(
        'PLANE_WEBHOOK_SECRETS is not set: webhooks of workspaces without a workspace secret will be answered with 401',
      );
  }

  onModuleInit(): void {
    for (const each of this.ofConnections) each.watch();
  }

  onModuleDestroy(): void {
    for (const each of this.ofConnections) each.unwatch();
  }

  /** The secret that signed the body; `undefined` where none did. @param connectionId default: of any connection */
  verify(body: Buffer, signature: string | undefined, connectionId?: string): AppSecretMatch | undefined {
    for (const { connection, secrets } of this.ofConnections) {
      if (connectionId !== undefined && connection.id !== connectionId) continue;
      const secret = verifySignature(body, signature, secrets);
      if (secret) return { secret, connectionId: connection.id };
    }
    return undefined;
  }
}
