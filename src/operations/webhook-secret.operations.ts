import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { type Secret } from '../common/secret.js';
import { InstallationsService } from '../installations/installations.service.js';
import { unknownWorkspace } from '../webhooks/workspace-secrets/workspace-secret.errors.js';
import { type ListedSecret, WorkspaceSecretsService } from '../webhooks/workspace-secrets/workspace-secrets.service.js';
import { ChangeLock, type Precondition } from './change-lock.service.js';

/** A workspace and its secrets, without their values. */
export interface WorkspaceWithSecrets {
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

  /** The secrets of one workspace. @param idOrSlug of the workspace @throws {DomainError} `workspace_unknown` */
  async of(idOrSlug: string): Promise<WorkspaceWithSecrets> {
    const installation = await this.installations.findBySlugOrId(idOrSlug);
    if (!installation) throw unknownWorkspace(idOrSlug);
    const { workspaceId, workspaceSlug } = installation;
    const secrets = (await this.secrets.list()).filter((secret) => secret.workspaceId === workspaceId);
    return { workspace: workspaceSlug, workspaceId, secrets };
  }

  /**
   * Stores a workspace's newest secret. Resolves with its fingerprint.
   *
   * @param force also where a secret is deleted that is in use
   * @throws {DomainError} that of `expected`; those of {@link WorkspaceSecretsService.set}
   */
  async set(by: Actor, workspace: string, secret: Secret, force: boolean, expected?: Precondition): Promise<string> {
    const target = `workspace/${workspace}`;
    return this.lock.run(await this.resource(workspace), expected, async () =>
      this.audit.audited(
        { by, action: 'webhook_secret.set', target, details: { ...(force && { force }) } },
        () => this.secrets.set(workspace, secret, force),
        (fingerprint) => ({ fingerprint }),
      ),
    );
  }

  /** Deletes a workspace's secrets, or only the previous one. Resolves with how many there were. */
  async remove(by: Actor, workspace: string, previousAlone: boolean, expected?: Precondition): Promise<number> {
    const target = `workspace/${workspace}`;
    return this.lock.run(await this.resource(workspace), expected, async () =>
      this.audit.audited(
        { by, action: 'webhook_secret.remove', target, details: { previousAlone } },
        () => this.secrets.remove(workspace, previousAlone),
        (removed) => ({ removed }),
      ),
    );
  }

  /** The same for slug and id. */
  private async resource(workspace: string): Promise<string> {
    const installation = await this.installations.findBySlugOrId(workspace);
    return `webhook-secrets/${installation?.workspaceId ?? workspace}`;
  }
}
