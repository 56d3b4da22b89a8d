import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { withTimeout } from '../common/with-timeout.js';
import { TokenGrantService } from './token-grant.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { isDue, isLive, mayRetry } from './token-times.js';
import { type Token, type TokenOwner } from './token.js';
import { tokenId } from './token-id.js';
import { TokenRefreshService } from './token-refresh.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenTiming } from './token-timing.js';
import { ConsentNeededError, installationNotFound, refreshDelayed } from './tokens.errors.js';
import { TokensRepository } from './tokens.repository.js';

/** Whose token is wanted, and which one will not do. */
interface TokenRequest {
  readonly id: string;
  readonly owner: TokenOwner;
  readonly refused: Secret | undefined;
}

/** Gives live tokens, renewed where they are due: one renewal of a token at a time, over all replicas. */
@Injectable()
export class TokenSupplyService {
  private readonly inFlight = new Map<string, Promise<Secret>>();

  constructor(
    private readonly store: TokenStoreService,
    private readonly tokens: TokensRepository,
    private readonly cache: TokenCacheService,
    private readonly refreshes: TokenRefreshService,
    private readonly grants: TokenGrantService,
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
    } else if (this.cache.get(id)?.reveal() === refused.reveal()) this.cache.delete(id);
    return this.shared({ id, owner, refused });
  }

  /** Reading is part of what callers share: who read before a renewal must not act on it after. */
  private async shared(wish: TokenRequest): Promise<Secret> {
    const key = `${wish.id}${wish.refused ? ' refused' : ''}`;
    const current = this.inFlight.get(key);
    if (current) return current;
    const delayed = (): Error => refreshDelayed(wish.owner, 'its renewal does not end');
    const look = withTimeout(this.timing.timeoutMs, this.load(wish), delayed).finally(() =>
      this.inFlight.delete(key),
    );
    this.inFlight.set(key, look);
    return look;
  }

  private async load(wish: TokenRequest): Promise<Secret> {
    const { id, owner } = wish;
    const giveUpAt = performance.now() + this.timing.timeoutMs;
    for (;;) {
      const moment = this.cache.moment();
      const token = await this.store.find(id);
      if (!token) return this.mintInitialToken(owner);
      if (token === 'revoked') throw unavailable(owner);
      const found = await this.use(wish, token, moment);
      if (found) return found;
      if (performance.now() >= giveUpAt) throw refreshDelayed(owner, 'another process renews it');
      await wait(this.timing.pollMs);
    }
  }

  /** `undefined` where another process renews the token and the old one is dead: look again. */
  private async use(
    { owner, refused }: TokenRequest,
    token: Token,
    moment: number,
  ): Promise<Secret | undefined> {
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
      throw refreshDelayed(
        owner,
        token.lastError ?? 'it met trouble of our own, which the log tells of',
        token.retryInMs,
      );
    }
    return this.refresh(owner, token, alive);
  }

  private async refresh(
    owner: TokenOwner,
    token: Token,
    alive: Secret | undefined,
  ): Promise<Secret | undefined> {
    const lease = { id: token.id, version: token.version, leaseId: randomUUID() };
    if (!(await this.tokens.lease(lease, this.timing.leaseSeconds))) return alive;
    const renewal = await this.refreshes.refresh({ owner, token, lease });
    if (renewal.outcome === 'renewed') return renewal.accessToken;
    if (renewal.outcome === 'lost') return undefined;
    if (alive && !renewal.final) return alive;
    throw renewal.error;
  }

  /** A bot without a row needs no consent: whoever mints last is right. */
  private async mintInitialToken(owner: TokenOwner): Promise<Secret> {
    if (owner.kind === 'user') throw new ConsentNeededError(owner);
    const grant = await this.grants.mint(owner.installationId);
    await this.store.put(owner, grant);
    return grant.accessToken;
  }
}

function unavailable(owner: TokenOwner): Error {
  return owner.kind === 'user' ? new ConsentNeededError(owner) : installationNotFound(owner.installationId);
}
