import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { Throttle } from '../../common/throttle.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { SigningSecret } from '../events/webhook-signature.js';
import { type WebhookSecretEntity } from './webhook-secret.entity.js';
import { WorkspaceSecretVaultService } from './workspace-secret-vault.service.js';
import { WorkspaceSecretsRepository } from './workspace-secrets.repository.js';

/** A change shows everywhere within 5 s. */
const POLL_MS = 2000;
const LOG_INTERVAL_MS = 60_000;

/** The secrets of one workspace. */
export interface CachedWorkspaceSecrets {
  readonly secrets: readonly SigningSecret[];
  /** False where one of them cannot be opened here. */
  readonly complete: boolean;
}

/** The role `receiver`: workspaces' own secrets in memory, opened once and looked at again every 2 s. */
@Injectable()
export class WorkspaceSecretsCache implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(WorkspaceSecretsCache.name);
  private readonly warnings = new Throttle(LOG_INTERVAL_MS);
  private opened = new Map<string, SigningSecret | undefined>();
  private byWorkspace = new Map<string, CachedWorkspaceSecrets>();
  private content: string | undefined;
  private timer: NodeJS.Timeout | undefined;
  private looking = false;

  constructor(
    private readonly config: HangarConfig,
    private readonly secrets: WorkspaceSecretsRepository,
    private readonly vault: WorkspaceSecretVaultService,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.load();
    this.timer = setInterval(() => void this.poll(), POLL_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Whether any workspace has one. */
  get any(): boolean {
    return this.byWorkspace.size > 0;
  }

  /** Those of a workspace; `undefined` where it has none and the global ones hold. */
  of(workspaceId: string): CachedWorkspaceSecrets | undefined {
    return this.byWorkspace.get(workspaceId);
  }

  /** While the database is away the secrets stay as they were. */
  private async poll(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      await this.load();
    } catch (err) {
      if (this.warnings.tryAcquire())
        this.logger.warn({ msg: "workspaces' webhook secrets stay as they were: they cannot be read", err });
    } finally {
      this.looking = false;
    }
  }

  private async load(): Promise<void> {
    const content = await this.secrets.content(this.config.planeBaseUrl);
    if (content === this.content) return;
    const opened: typeof this.opened = new Map();
    const byWorkspace: typeof this.byWorkspace = new Map();
    for (const row of await this.secrets.of(this.config.planeBaseUrl)) {
      const secret = this.opened.get(row.id) ?? (await this.open(row));
      opened.set(row.id, secret);
      const { secrets, complete } = byWorkspace.get(row.workspaceId) ?? { secrets: [], complete: true };
      byWorkspace.set(row.workspaceId, {
        secrets: secret ? [...secrets, secret] : secrets,
        complete: complete && secret !== undefined,
      });
    }
    [this.opened, this.byWorkspace, this.content] = [opened, byWorkspace, content];
  }

  private async open(row: WebhookSecretEntity): Promise<SigningSecret | undefined> {
    try {
      return new SigningSecret(await this.vault.open(row));
    } catch (err) {
      const { workspaceId, fingerprint } = row;
      this.logger.error({
        msg: "a workspace's webhook secret cannot be read",
        workspaceId,
        fingerprint,
        err,
      });
      return undefined;
    }
  }
}
