import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { v7 as uuid } from 'uuid';
import { Secret } from '../../common/secret.js';
import { trimmed } from '../../common/trimmed.js';
import { planeConfig } from '../../config/areas/plane.config.js';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { SigningSecret } from '../events/webhook-signature.js';
import {
  noWorkspaceSecret,
  unknownWorkspace,
  unusableSecret,
  workspaceSecretInUse,
} from './workspace-secret.errors.js';
import { WorkspaceSecretVaultService } from './workspace-secret-vault.service.js';
import { WorkspaceSecretsRepository } from './workspace-secrets.repository.js';

/** A workspace secret, without its value. */
export interface ListedSecret {
  /** The slug; the id where the app has never been installed. */
  readonly workspace: string;
  readonly workspaceId: string;
  readonly fingerprint: string;
  /** `previous` ones are accepted until they are removed or another is set. */
  readonly standing: 'current' | 'previous';
  readonly setAt: Date;
  /** When it last signed a delivery that is still stored. */
  readonly lastSignedAt: Date | null;
}

const DAY_MS = 86_400_000;
/** Printable ASCII without quotes. */
const PRINTABLE = /^(?!.*["'`])[\x21-\x7e]{1,500}$/;

/** Manages workspace secrets, which replace `PLANE_WEBHOOK_SECRETS` in their workspace. */
@Injectable()
export class WorkspaceSecretsService {
  constructor(
    @Inject(planeConfig.KEY) private readonly config: ConfigType<typeof planeConfig>,
    private readonly installations: InstallationsService,
    private readonly deliveries: DeliveriesService,
    private readonly secrets: WorkspaceSecretsRepository,
    private readonly vault: WorkspaceSecretVaultService,
  ) {}

  /** All of them, by workspace, the current one first. */
  async list(): Promise<ListedSecret[]> {
    const rows = await this.secrets.of(this.config.planeBaseUrl);
    const slugs = new Map((await this.installations.all()).map((each) => [each.workspaceId, each.workspaceSlug]));
    const listed: ListedSecret[] = [];
    for (const { workspaceId, fingerprint, setAt } of rows) {
      const standing = listed.at(-1)?.workspaceId === workspaceId ? 'previous' : 'current';
      const lastSignedAt = (await this.deliveries.lastSignedIn(workspaceId, fingerprint)) ?? null;
      const workspace = slugs.get(workspaceId) ?? workspaceId;
      listed.push({ workspace, workspaceId, fingerprint, standing, setAt, lastSignedAt });
    }
    return listed;
  }

  /** How many workspaces have one. */
  async countWorkspaces(): Promise<number> {
    const rows = await this.secrets.of(this.config.planeBaseUrl);
    return new Set(rows.map(({ workspaceId }) => workspaceId)).size;
  }

  /**
   * Stores the workspace's current secret, which takes effect everywhere within 5 s. The one before is accepted until the
   * next is set or {@link remove} deletes it. Writers must not run at the same time: see `ChangeLock`. Resolves with the fingerprint.
   *
   * @param workspace slug or id
   * @param given may have blanks, line breaks or quotes around it
   * @param force also deletes a secret that verified a webhook within the last day
   * @throws {DomainError} `workspace_unknown`, `webhook_secret_unusable`, `webhook_secret_in_use`
   */
  async set(workspace: string, given: Secret, force = false): Promise<string> {
    const secret = new Secret(trimmed(given.reveal()));
    if (!PRINTABLE.test(secret.reveal())) throw unusableSecret();
    const { workspaceId, status } = await this.require(workspace);
    if (status !== 'installed') throw unknownWorkspace(workspace);
    const { fingerprint } = new SigningSecret(secret);
    const id = uuid();
    const sealed = await this.vault.seal(id, secret);
    const baseUrl = this.config.planeBaseUrl;
    const deleted = force ? [] : await this.secrets.deletedBy({ baseUrl, workspaceId, fingerprint });
    const inUse = await this.firstInUse(workspaceId, deleted);
    if (inUse !== undefined) throw workspaceSecretInUse(inUse);
    await this.secrets.add({ id, baseUrl, workspaceId, fingerprint, secret: sealed });
    return fingerprint;
  }

  /**
   * Deletes the workspace's secrets, or only the previous one. Resolves with how many.
   *
   * @throws {DomainError} `workspace_unknown`, `webhook_secret_unknown`
   */
  async remove(workspace: string, previousOnly: boolean): Promise<number> {
    const { workspaceId } = await this.require(workspace);
    const removed = await this.secrets.remove(this.config.planeBaseUrl, workspaceId, !previousOnly);
    if (removed === 0) throw noWorkspaceSecret(workspace, previousOnly);
    return removed;
  }

  /** Deletes those of workspaces where the app is no longer installed. Resolves with how many. */
  async removeUninstalled(): Promise<number> {
    const rows = await this.secrets.of(this.config.planeBaseUrl);
    if (rows.length === 0) return 0;
    const installed = await this.installations.installedWorkspaces();
    const uninstalled = new Set(rows.map(({ workspaceId }) => workspaceId).filter((id) => !installed.has(id)));
    let removed = 0;
    for (const id of uninstalled) removed += await this.secrets.remove(this.config.planeBaseUrl, id, true);
    return removed;
  }

  private async firstInUse(workspaceId: string, fingerprints: readonly string[]): Promise<string | undefined> {
    for (const fingerprint of fingerprints) {
      const signedAt = await this.deliveries.lastSignedIn(workspaceId, fingerprint);
      if (signedAt && signedAt.getTime() > Date.now() - DAY_MS) return fingerprint;
    }
    return undefined;
  }

  private async require(workspace: string): Promise<Installation> {
    const found = await this.installations.findBySlugOrId(workspace);
    if (!found) throw unknownWorkspace(workspace);
    return found;
  }
}
