import { Injectable, Logger } from '@nestjs/common';
import { LEASE_SECONDS } from './token-lease.js';
import { type TokenEntity } from './token.entity.js';
import { type Token, type TokenOwner } from './token.js';
import { TokenStoreService } from './token-store.service.js';
import { TokensRepository } from './tokens.repository.js';

/** A token that this process has the right to renew. */
export interface ClaimedToken {
  readonly owner: TokenOwner;
  readonly token: Token;
  readonly leaseId: string;
}

/** Takes due tokens for the schedule. */
@Injectable()
export class TokenClaimsService {
  private readonly logger = new Logger(TokenClaimsService.name);

  constructor(
    private readonly tokens: TokensRepository,
    private readonly store: TokenStoreService,
  ) {}

  /** Takes the due tokens that expire soonest, each for one process alone; `undefined` for one that cannot be read. */
  async claimDue(limit: number): Promise<(ClaimedToken | undefined)[]> {
    const rows = await this.tokens.claimDue(limit, LEASE_SECONDS);
    return Promise.all(rows.map((row) => this.open(row)));
  }

  private async open(row: TokenEntity): Promise<ClaimedToken | undefined> {
    const { leaseId } = row;
    if (leaseId === null) return undefined;
    try {
      return { owner: ownerOf(row), token: await this.store.open(row), leaseId };
    } catch (error) {
      this.logger.error({ msg: 'a stored token cannot be read', tokenId: row.id, err: error });
      await this.tokens.fail(row.id, leaseId, LEASE_SECONDS * 2, (error as Error).message);
      return undefined;
    }
  }
}

function ownerOf({ kind, baseUrl, installationId, planeUserId }: TokenEntity): TokenOwner {
  return kind === 'bot'
    ? { kind, baseUrl, installationId: installationId ?? '' }
    : { kind, baseUrl, planeUserId: planeUserId ?? '' };
}
