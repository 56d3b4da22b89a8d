import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Actor } from '../audit/actor.js';
import { type AuditedOperation, AuditService } from '../audit/audit.service.js';
import { type Secret } from '../common/secret.js';
import { InstallationsService } from '../installations/installations.service.js';
import { unknownWorkspace } from '../webhooks/workspace-secrets/workspace-secret.errors.js';
import {
  type ListedSecret,
  type SecretsToRemove,
  WorkspaceSecretsService,
} from '../webhooks/workspace-secrets/workspace-secrets.service.js';
import { ChangeLock, type Precondition } from './change-lock.service.js';

/** A workspace and its secrets, without their values. */
export interface WorkspaceWithSecrets {
  /** The id of the connection. */
  readonly connection: string;
  /** The slug. */
  readonly workspace: string;
  readonly workspaceId: string;
  /** The current one first; empty where the app secrets apply. */
  readonly secrets: readonly ListedSecret[];
}

/** Operations on the webhook secrets of workspaces; what changes something is audited. */
@Injectable()
export class WebhookSecretOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly secrets: WorkspaceSecretsService,
    private readonly installations: InstallationsService,
    private readonly lock: ChangeLock,
  ) {}

  /** The secrets of one workspace. @param idOrSlug of the workspace; `cloud/acme` names the connection too @throws {DomainError} `workspace_unknown` */
  async of(idOrSlug: string): Promise<WorkspaceWithSecrets> {
    const installation = await this.installations.findBySlugOrId(idOrSlug);
    if (!installation) throw unknownWorkspace(idOrSlug);
    const { connectionId: connection, workspaceId, workspaceSlug: workspace } = installation;
    const all = await this.secrets.list();
    const secrets = all.filter((each) => each.connection === connection && each.workspaceId === workspaceId);
    return { connection, workspace, workspaceId, secrets };
  }

  /**
   * Stores a workspace's newest secret. Resolves with its fingerprint.
   *
   * @param force also where a secret is deleted that is in use
   * @throws {DomainError} that of `expected`; those of {@link WorkspaceSecretsService.set}
   */
  async set(by: Actor, workspace: string, secret: Secret, force: boolean, expected?: Precondition): Promise<string> {
    return this.changed(
      workspace,
      expected,
      { by, action: 'webhook_secret.set', details: { ...(force && { force }) } },
      (transaction) => this.secrets.set(workspace, secret, force, transaction),
      (fingerprint) => ({ fingerprint }),
    );
  }

  /**
   * Deletes a workspace's secrets, or only the previous one. Resolves with how many there were.
   *
   * @throws {DomainError} that of `expected`; those of {@link WorkspaceSecretsService.remove}
   */
  async remove(by: Actor, workspace: string, choice: SecretsToRemove, expected?: Precondition): Promise<number> {
    const { previousAlone, force } = choice;
    return this.changed(
      workspace,
      expected,
      { by, action: 'webhook_secret.remove', details: { previousAlone, ...(force && { force }) } },
      (transaction) => this.secrets.remove(workspace, choice, transaction),
      (removed) => ({ removed }),
    );
  }

  private async changed<T>(
    workspace: string,
    precondition: Precondition | undefined,
    operation: AuditedOperation,
    run: (transaction: EntityManager) => Promise<T>,
    details: (result: T) => Readonly<Record<string, unknown>>,
  ): Promise<T> {
    const installation = await this.installations.findBySlugOrId(workspace);
    // The same for slug and id; of an unknown workspace there is nothing to lock.
    const owner = installation ? `${installation.connectionId}/${installation.workspaceId}` : workspace;
    const target = `workspace/${workspace}`;
    return this.lock.run({
      resource: `webhook-secrets/${owner}`,
      precondition,
      ...(installation && { lockRows: async (transaction) => this.secrets.lock(installation, transaction) }),
      change: async (transaction) =>
        this.audit.audited({ ...operation, target }, () => run(transaction), details, transaction),
    });
  }
}
