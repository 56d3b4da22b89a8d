import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { type Secret } from '../common/secret.js';
import { WorkspaceSecretsService } from '../webhooks/workspace-secrets/workspace-secrets.service.js';

/** What an operator does with workspaces' webhook secrets, audited. */
@Injectable()
export class WebhookSecretOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly secrets: WorkspaceSecretsService,
  ) {}

  /** Stores a workspace's newest secret. Resolves with its fingerprint. */
  async set(by: Actor, workspace: string, secret: Secret): Promise<string> {
    return this.audit.audited(
      { by, action: 'webhook_secret.set', target: `workspace/${workspace}` },
      () => this.secrets.set(workspace, secret),
      (fingerprint) => ({ fingerprint }),
    );
  }

  /** Deletes a workspace's secrets, or the previous one alone. Resolves with how many there were. */
  async remove(by: Actor, workspace: string, previousAlone: boolean): Promise<number> {
    return this.audit.audited(
      { by, action: 'webhook_secret.remove', target: `workspace/${workspace}`, details: { previousAlone } },
      () => this.secrets.remove(workspace, previousAlone),
      (removed) => ({ removed }),
    );
  }
}
