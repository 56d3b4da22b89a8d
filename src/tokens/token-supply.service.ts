import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { within } from '../common/within.js';
import { RenewedGrantService } from './renewed-grant.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { isDue, isLive, mayRetry } from './token-life.js';
import { type Token, type TokenOwner } from './token.js';
import { tokenId } from './token-id.js';
import { TokenRenewalService } from './token-renewal.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenTiming } from './token-timing.js';
import { ConsentNeededError, installationGone, renewalDelayed } from './tokens.errors.js';
import { TokensRepository } from './tokens.repository.js';

/** Whose token is wanted, and which one will not do. */
interface Wish {
  readonly id: string;
  readonly owner: TokenOwner;
  readonly refused: Secret | undefined;
}

/** Gives live tokens, renewed where they are due: one renewal of a token at a time, over all replicas. */
@Injectable()
export class TokenSupplyService {
  private readonly underWay = new Map<string, Promise<Secret>>();

  constructor(
    private readonly store: TokenStoreService,
    private readonly tokens: TokensRepository,
    private readonly cache: TokenCacheService,
    private readonly renewal: TokenRenewalService,
    private readonly grants: RenewedGrantService,
    private readonly timing: TokenTiming,
  ) {}

  /**
   * A live token of that owner.
   *
   * @param refused a token that Plane does not take, whatever its expiry says
   * @throws {DomainError} where there is none; at the latest when the patience with a renewal is over
   */
  async liveToken(owner: TokenOwner, refused?: Secret): Promise<Secret> {
    const id = tokenId(owner);
    if (!refused) {
      const cached = this.cache.get(id);
      if (cached) return cached;
    } else if (this.cache.get(id)?.reveal() === refused.reveal()) this.cache.forget(id);
    return this.shared({ id, owner, refused });
  }

  /** Reading is part of what callers share: who read before a renewal must not act on it after. */
  private async shared(wish: Wish): Promise<Secret> {
    const key = `${wish.id}${wish.refused ? ' refused' : ''}`;
    const current = this.underWay.get(key);
    if (current) return current;
    const delayed = (): Error => renewalDelayed(wish.owner, 'its renewal does not end');
    const look = within(this.timing.patienceMs, this.look(wish), delayed).finally(() =>
      this.underWay.delete(key),
    );
    this.underWay.set(key, look);
    return look;
  }

  private async look(wish: Wish): Promise<Secret> {
    const { id, owner } = wish;
    const giveUpAt = performance.now() + this.timing.patienceMs;
    for (;;) {
      const moment = this.cache.moment();
      const token = await this.store.find(id);
      if (!token) return this.first(owner);
      if (token === 'revoked') throw gone(owner);
      const found = await this.use(wish, token, moment);
      if (found) return found;
      if (performance.now() >= giveUpAt) throw renewalDelayed(owner, 'another process renews it');
      await wait(this.timing.lookAgainMs);
    }
  }

  /** `undefined` where another process renews the token and the old one is dead: look again. */
  private async use({ owner, refused }: Wish, token: Token, moment: number): Promise<Secret | undefined> {
    const now = this.timing.now();
    const wanted = refused?.reveal() !== token.accessToken.reveal();
    if (token.state === 'needs_consent') throw new ConsentNeededError(owner);
    if (wanted && !isDue(token, now) && isLive(token, now)) {
      this.cache.remember(token, moment);
      return token.accessToken;
    }
    const alive = wanted && isLive(token, now) ? token.accessToken : undefined;
    if (!mayRetry(token, now)) {
      if (alive) return alive;
      throw renewalDelayed(
        owner,
        token.lastError ?? 'it met trouble of our own, which the log tells of',
        token.retryInMs,
      );
    }
    return this.renew(owner, token, alive);
  }

  private async renew(
    owner: TokenOwner,
    token: Token,
    alive: Secret | undefined,
  ): Promise<Secret | undefined> {
    const lease = { id: token.id, version: token.version, leaseId: randomUUID() };
    if (!(await this.tokens.lease(lease, this.timing.leaseSeconds))) return alive;
    const renewal = await this.renewal.renew({ owner, token, lease });
    if (renewal.outcome === 'renewed') return renewal.accessToken;
    if (renewal.outcome === 'lost') return undefined;
    if (alive && !renewal.final) return alive;
    throw renewal.error;
  }

  /** A bot without a row needs no consent: whoever mints last is right. */
  private async first(owner: TokenOwner): Promise<Secret> {
    if (owner.kind === 'user') throw new ConsentNeededError(owner);
    const grant = await this.grants.mint(owner.installationId);
    await this.store.put(owner, grant);
    return grant.accessToken;
  }
}

function gone(owner: TokenOwner): Error {
  return owner.kind === 'user' ? new ConsentNeededError(owner) : installationGone(owner.installationId);
}
