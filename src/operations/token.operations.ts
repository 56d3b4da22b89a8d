import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { type RevokedAtPlane } from '../tokens/token-revocations.service.js';
import { TokenAdminService } from '../tokens/token-admin.service.js';
import { ChangeLock, type Precondition } from './change-lock.service.js';

/** Operations on tokens, audited. */
@Injectable()
export class TokenOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly tokens: TokenAdminService,
    private readonly lock: ChangeLock,
  ) {}

  /** Refreshes a token now. @throws {DomainError} why it cannot be refreshed */
  async refresh(by: Actor, id: string): Promise<void> {
    await this.audit.audited({ by, action: 'token.refresh', target: `token/${id}` }, () => this.tokens.refresh(id));
  }

  /**
   * Revokes a user's token, here and at Plane. What fails at Plane is part of the result.
   *
   * @throws {DomainError} the token is unknown, a bot's, or revoked already
   */
  async revoke(by: Actor, id: string, expected?: Precondition): Promise<RevokedAtPlane> {
    const target = `token/${id}`;
    const secrets = await this.lock.run({
      resource: target,
      precondition: expected,
      lockRows: async (transaction) => this.tokens.lock(id, transaction),
      change: async (transaction) =>
        this.audit.audited(
          { by, action: 'token.revoke', target },
          () => this.tokens.revoke(id, transaction),
          undefined,
          transaction,
        ),
    });
    return this.tokens.revokeAtPlane(by, id, secrets);
  }
}
