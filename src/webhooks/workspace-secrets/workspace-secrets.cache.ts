import { Injectable, Logger } from '@nestjs/common';
import { PeriodicTask } from '../../common/periodic-task.js';
import { RateLimitedLogger } from '../../common/rate-limited-logger.js';
import { Drain } from '../../config/drain.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { FingerprintsService, shownFingerprint } from '../../encryption/fingerprints.service.js';
import { SigningSecret } from '../events/webhook-signature.js';
import { type WebhookSecretEntity } from './webhook-secret.entity.js';
import { WorkspaceSecretVaultService } from './workspace-secret-vault.service.js';
import { WorkspaceSecretsRepository } from './workspace-secrets.repository.js';

/** A change takes effect everywhere within 5 s. */
const POLL_MS = 2000;

/** The secrets of one workspace. */
export interface CachedWorkspaceSecrets {
  /** The connection whose webhooks they sign. */
  readonly connectionId: string;
  readonly secrets: readonly SigningSecret[];
  /** False where one of them cannot be decrypted here. */
  readonly complete: boolean;
}

/** The workspace secrets in memory, each decrypted once, and read again every 2 s. Empty until {@link start}. */
@Injectable()
export class WorkspaceSecretsCache {
  private readonly logger = new Logger(WorkspaceSecretsCache.name);
  private readonly warnings = new RateLimitedLogger(WorkspaceSecretsCache.name);
  private readonly task: PeriodicTask;
  private decrypted = new Map<string, SigningSecret | undefined>();
  private byWorkspace = new Map<string, readonly CachedWorkspaceSecrets[]>();
  private version: string | undefined;

  constructor(
    drain: Drain,
    private readonly connections: PlaneConnections,
    private readonly secrets: WorkspaceSecretsRepository,
    private readonly vault: WorkspaceSecretVaultService,
    private readonly fingerprints: FingerprintsService,
  ) {
    this.task = new PeriodicTask({ name: 'workspace secrets', intervalMs: POLL_MS, run: () => this.poll() }, drain);
  }

  /** Reads them, and then every 2 s. The role `receiver` alone does. */
  async start(): Promise<void> {
    await this.load();
    this.task.start();
  }

  /** Whether any workspace has one. */
  get any(): boolean {
    return this.byWorkspace.size > 0;
  }

  /** Those of a workspace, by connection; empty where it has none, so that the app secrets apply. */
  of(workspaceId: string): readonly CachedWorkspaceSecrets[] {
    return this.byWorkspace.get(workspaceId) ?? [];
  }

  /** While the database is unavailable the secrets stay as they are, and no poll is skipped: a backoff would delay it. */
  private async poll(): Promise<void> {
    try {
      await this.load();
    } catch (err) {
      this.warnings.warn({ msg: 'workspace secrets cannot be read; the last known ones stay in use', err });
    }
  }

  private async load(): Promise<void> {
    const version = await this.secrets.version(this.connections.all);
    if (version === this.version) return;
    const decrypted: typeof this.decrypted = new Map();
    const rows = await this.secrets.of(this.connections.all);
    for (const row of rows) decrypted.set(row.id, this.decrypted.get(row.id) ?? (await this.open(row)));
    const byWorkspace = new Map(
      [...Map.groupBy(rows, ({ workspaceId }) => workspaceId)].map(([id, of]) => [id, cachedSecrets(of, decrypted)]),
    );
    [this.decrypted, this.byWorkspace, this.version] = [decrypted, byWorkspace, version];
  }

  private async open(row: WebhookSecretEntity): Promise<SigningSecret | undefined> {
    try {
      const secret = await this.vault.open(row);
      return new SigningSecret(secret, this.fingerprints.of(secret));
    } catch (err) {
      const { workspaceId } = row;
      const fingerprint = shownFingerprint(row.fingerprint);
      this.logger.error({ msg: 'a workspace secret cannot be decrypted', workspaceId, fingerprint, err });
      return undefined;
    }
  }
}

/** The secrets of a workspace's rows, by connection. */
function cachedSecrets(
  rows: readonly WebhookSecretEntity[],
  decrypted: ReadonlyMap<string, SigningSecret | undefined>,
): CachedWorkspaceSecrets[] {
  return [...Map.groupBy(rows, ({ connectionId }) => connectionId)].map(([connectionId, of]) => {
    const all = of.map(({ id }) => decrypted.get(id));
    const secrets = all.filter((secret) => secret !== undefined);
    return { connectionId, secrets, complete: secrets.length === all.length };
  });
}
