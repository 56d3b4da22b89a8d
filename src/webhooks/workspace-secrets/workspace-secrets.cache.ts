import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { PeriodicTask } from '../../common/periodic-task.js';
import { RateLimitedLogger } from '../../common/rate-limited-logger.js';
import { Drain } from '../../config/drain.js';
import { planeConfig } from '../../config/areas/plane.config.js';
import { FingerprintsService, shownFingerprint } from '../../encryption/fingerprints.service.js';
import { SigningSecret } from '../events/webhook-signature.js';
import { type WebhookSecretEntity } from './webhook-secret.entity.js';
import { WorkspaceSecretVaultService } from './workspace-secret-vault.service.js';
import { WorkspaceSecretsRepository } from './workspace-secrets.repository.js';

/** A change takes effect everywhere within 5 s. */
const POLL_MS = 2000;

/** The secrets of one workspace. */
export interface CachedWorkspaceSecrets {
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
  private byWorkspace = new Map<string, CachedWorkspaceSecrets>();
  private version: string | undefined;

  constructor(
    drain: Drain,
    @Inject(planeConfig.KEY) private readonly config: ConfigType<typeof planeConfig>,
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

  /** Those of a workspace; `undefined` where it has none, so that the app secrets apply. */
  of(workspaceId: string): CachedWorkspaceSecrets | undefined {
    return this.byWorkspace.get(workspaceId);
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
    const version = await this.secrets.version(this.config.planeBaseUrl);
    if (version === this.version) return;
    const decrypted: typeof this.decrypted = new Map();
    const byWorkspace: typeof this.byWorkspace = new Map();
    for (const row of await this.secrets.of(this.config.planeBaseUrl)) {
      const secret = this.decrypted.get(row.id) ?? (await this.open(row));
      decrypted.set(row.id, secret);
      const { secrets, complete } = byWorkspace.get(row.workspaceId) ?? { secrets: [], complete: true };
      byWorkspace.set(row.workspaceId, {
        secrets: secret ? [...secrets, secret] : secrets,
        complete: complete && secret !== undefined,
      });
    }
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
