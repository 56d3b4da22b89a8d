import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { TokenAdminService } from '../tokens/token-admin.service.js';

/** What an operator does with tokens, audited. */
@Injectable()
export class TokenOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly tokens: TokenAdminService,
  ) {}

  /** Renews a token now. @throws {DomainError} what keeps it from being renewed */
  async refresh(by: Actor, id: string): Promise<void> {
    await this.audit.audited({ by, action: 'token.refresh', target: `token/${id}` }, () =>
      this.tokens.refresh(id),
    );
  }

  /** Wipes a user's token for good. @throws {DomainError} there is no such token, it is a bot's, or it was wiped */
  async revoke(by: Actor, id: string): Promise<void> {
    await this.audit.audited({ by, action: 'token.revoke', target: `token/${id}` }, () =>
      this.tokens.revoke(id),
    );
  }
}
