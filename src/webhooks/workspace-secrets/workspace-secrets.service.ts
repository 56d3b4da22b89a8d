import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { Secret } from '../../common/secret.js';
import { trimmed } from '../../common/trimmed.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { FingerprintsService, shownFingerprint } from '../../encryption/fingerprints.service.js';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import {
  noWorkspaceSecret,
  unknownWorkspace,
  unusableSecret,
  workspaceSecretInUse,
} from './workspace-secret.errors.js';
import { type WebhookSecretEntity } from './webhook-secret.entity.js';
import { WorkspaceSecretVaultService } from './workspace-secret-vault.service.js';
import { type SecretsOwner, WorkspaceSecretsRepository } from './workspace-secrets.repository.js';

/** A workspace secret, without its value. */
export interface ListedSecret {
  /** The id of the connection whose webhooks it signs. */
  readonly connection: string;
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

/** Which secrets of a workspace are removed. */
export interface SecretsToRemove {
  /** Only the previous one. */
  readonly previousAlone: boolean;
  /** Also those that verified a webhook within the last day. */
  readonly force: boolean;
}

const DAY_MS = 86_400_000;
/** Printable ASCII without quotes. */
const PRINTABLE = /^(?!.*["'`])[\x21-\x7e]{1,500}$/;

/** Manages workspace secrets, which replace `PLANE_WEBHOOK_SECRETS` in their workspace. */
@Injectable()
export class WorkspaceSecretsService {
  constructor(
    private readonly connections: PlaneConnections,
    private readonly installations: InstallationsService,
    private readonly deliveries: DeliveriesService,
    private readonly secrets: WorkspaceSecretsRepository,
    private readonly vault: WorkspaceSecretVaultService,
    private readonly fingerprints: FingerprintsService,
  ) {}

  /** All of them, by connection and workspace, the current one first. */
  async list(): Promise<ListedSecret[]> {
    const rows = await this.secrets.of(this.connections.all);
    const slugs = new Map((await this.installations.all()).map((each) => [ownerText(each), each.workspaceSlug]));
    const listed: ListedSecret[] = [];
    for (const row of rows) {
      const { connectionId: connection, workspaceId, setAt } = row;
      const [fingerprint, known] = await this.fingerprintsOf(row);
      const last = rows[listed.length - 1];
      const standing = last && ownerText(last) === ownerText(row) ? 'previous' : 'current';
      const lastSignedAt = (await this.deliveries.lastSignedIn(workspaceId, known)) ?? null;
      const workspace = slugs.get(ownerText(row)) ?? workspaceId;
      listed.push({ connection, workspace, workspaceId, fingerprint, standing, setAt, lastSignedAt });
    }
    return listed;
  }

  /** How many workspaces have one. */
  async countWorkspaces(): Promise<number> {
    const rows = await this.secrets.of(this.connections.all);
    return new Set(rows.map(ownerText)).size;
  }

  /** Makes other writers of the workspace's secrets by the same connection wait until the transaction ends. */
  async lock(workspace: SecretsOwner, transaction: EntityManager): Promise<void> {
    await this.secrets.lock(workspace, transaction);
  }

  /**
   * Stores the workspace's current secret, which takes effect everywhere within 5 s. The one before is accepted until the
   * next is set or {@link remove} deletes it. Resolves with the fingerprint.
   *
   * @param workspace slug or id, which may name the connection: `cloud/acme`
   * @param given may have blanks, line breaks or quotes around it
   * @param force also deletes a secret that verified a webhook within the last day
   * @param transaction with the {@link lock} of the workspace
   * @throws {DomainError} `workspace_unknown`, `webhook_secret_unusable`, `webhook_secret_in_use`
   */
  async set(workspace: string, given: Secret, force: boolean, transaction: EntityManager): Promise<string> {
    const secret = new Secret(trimmed(given.reveal()));
    if (!PRINTABLE.test(secret.reveal())) throw unusableSecret();
    const installation = await this.require(workspace);
    const { connectionId, baseUrl, workspaceId, status } = installation;
    if (status !== 'installed') throw unknownWorkspace(workspace);
    const [fingerprint, known] = [this.fingerprints.of(secret), this.fingerprints.known(secret)];
    const stored = await this.secrets.ofWorkspace(installation, transaction);
    const [others, same] = partition(stored, (row) => !known.includes(row.fingerprint));
    const deleted = others.slice(1); // the newest other one becomes the previous one
    if (!force) await this.requireUnused(workspaceId, deleted);
    await this.secrets.remove([...deleted, ...same], transaction);
    const id = uuid();
    const sealed = await this.vault.seal(id, secret);
    await this.secrets.add({ id, connectionId, baseUrl, workspaceId, fingerprint, secret: sealed }, transaction);
    return fingerprint;
  }

  /**
   * Deletes the workspace's secrets, or only the previous one. Resolves with how many.
   *
   * @param transaction with the {@link lock} of the workspace
   * @throws {DomainError} `workspace_unknown`, `webhook_secret_unknown`, `webhook_secret_in_use`
   */
  async remove(
    workspace: string,
    { previousAlone, force }: SecretsToRemove,
    transaction: EntityManager,
  ): Promise<number> {
    const installation = await this.require(workspace);
    const { workspaceId } = installation;
    const stored = await this.secrets.ofWorkspace(installation, transaction);
    const deleted = previousAlone ? stored.slice(1) : stored;
    if (deleted.length === 0) throw noWorkspaceSecret(workspace, previousAlone);
    if (!force) await this.requireUnused(workspaceId, deleted);
    await this.secrets.remove(deleted, transaction);
    return deleted.length;
  }

  /** Deletes those of workspaces where the app is no longer installed. Resolves with how many. */
  async removeUninstalled(): Promise<number> {
    const rows = await this.secrets.of(this.connections.all);
    if (rows.length === 0) return 0;
    let removed = 0;
    for (const row of rows) {
      const installation = await this.installations.findByWorkspace(row.workspaceId, row.connectionId);
      if (installation?.status !== 'installed') removed += await this.secrets.removeAll(row);
    }
    return removed;
  }

  private async requireUnused(workspaceId: string, rows: readonly WebhookSecretEntity[]): Promise<void> {
    for (const row of rows) {
      const [fingerprint, known] = await this.fingerprintsOf(row);
      const signedAt = await this.deliveries.lastSignedIn(workspaceId, known);
      if (signedAt && signedAt.getTime() > Date.now() - DAY_MS) throw workspaceSecretInUse(fingerprint);
    }
  }

  /** The one to show, and all that deliveries may have; those of the row where it cannot be decrypted. */
  private async fingerprintsOf(row: WebhookSecretEntity): Promise<[string, string[]]> {
    const stored = row.fingerprint;
    const secret = await this.vault.open(row).catch(() => undefined); // counted and logged where webhooks need it
    return secret
      ? [this.fingerprints.of(secret), this.fingerprints.known(secret)]
      : [shownFingerprint(stored), [stored]];
  }

  private async require(workspace: string): Promise<Installation> {
    const found = await this.installations.findBySlugOrId(workspace);
    if (!found) throw unknownWorkspace(workspace);
    return found;
  }
}

function ownerText({ connectionId, workspaceId }: Pick<SecretsOwner, 'connectionId' | 'workspaceId'>): string {
  return `${connectionId}/${workspaceId}`;
}

function partition<T>(all: readonly T[], isFirst: (each: T) => boolean): [T[], T[]] {
  return [all.filter(isFirst), all.filter((each) => !isFirst(each))];
}
