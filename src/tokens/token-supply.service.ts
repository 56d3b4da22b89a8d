import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { SingleFlight } from '../common/single-flight.js';
import { withTimeout } from '../common/with-timeout.js';
import { TokenCacheService } from './token-cache.service.js';
import { TokenRefreshService } from './token-refresh.service.js';
import { TokenStoreService } from './token-store.service.js';
import { isDue, isLive, mayRetry, TokenTiming } from './token-timing.js';
import { type Token, type TokenOwner } from './token.js';
import { ConsentNeededError, installationNotFound, refreshDelayed } from './tokens.errors.js';
import { TokensRepository } from './tokens.repository.js';

/** Whose access token is needed. */
export interface TokenRequest {
  readonly id: string;
  readonly owner: TokenOwner;
  /** An access token that Plane has rejected, whatever its expiry. */
  readonly rejected: Secret | undefined;
}

/** Reads live access tokens and refreshes those that are due: one refresh of a token at a time over all replicas. */
@Injectable()
export class TokenSupplyService {
  private readonly flights = new Map<string, SingleFlight<Secret>>();

  constructor(
    private readonly store: TokenStoreService,
    private readonly tokens: TokensRepository,
    private readonly cache: TokenCacheService,
    private readonly refreshes: TokenRefreshService,
    private readonly timing: TokenTiming,
  ) {}

  /**
   * Concurrent calls share one read and one refresh; calls after a refresh read again, so that none gets the old token.
   *
   * @throws {DomainError} there is no token, or it cannot be refreshed within the time-out
   */
  async load(request: TokenRequest): Promise<Secret> {
    const key = `${request.id}${request.rejected ? ' rejected' : ''}`;
    const flight = this.flights.get(key) ?? this.newFlight(request);
    this.flights.set(key, flight);
    return flight.run().finally(() => this.flights.delete(key));
  }

  private newFlight(request: TokenRequest): SingleFlight<Secret> {
    const late = (): Error => refreshDelayed(request.owner, 'the refresh timed out');
    const { timeoutMs } = this.timing;
    return new SingleFlight(async () => withTimeout(timeoutMs, this.poll(request), late), timeoutMs);
  }

  /** Reads the token until it is live; another process may be refreshing it. */
  private async poll(request: TokenRequest): Promise<Secret> {
    const { owner } = request;
    const giveUpAt = performance.now() + this.timing.timeoutMs;
    for (;;) {
      const generation = this.cache.generation();
      const token = await this.store.find(owner);
      if (!token) return this.mintInitialToken(owner);
      if (token === 'revoked') throw unavailable(owner);
      const accessToken = await this.resolve(request, token, generation);
      if (accessToken) return accessToken;
      if (performance.now() >= giveUpAt) throw refreshDelayed(owner, 'another process is refreshing it');
      await wait(this.timing.pollMs);
    }
  }

  /** `undefined` where the old token has expired or was rejected and another process is refreshing it. */
  private async resolve(
    { owner, rejected }: TokenRequest,
    token: Token,
    generation: number,
  ): Promise<Secret | undefined> {
    if (token.state === 'needs_consent') throw new ConsentNeededError(owner);
    const now = this.timing.now();
    const isUsable = isLive(token, now) && rejected?.reveal() !== token.accessToken.reveal();
    if (isUsable && !isDue(token, now)) {
      this.cache.set(token, generation);
      return token.accessToken;
    }
    const usable = isUsable ? token.accessToken : undefined;
    if (mayRetry(token, now)) return this.refresh(owner, token, usable);
    if (usable) return usable;
    throw refreshDelayed(owner, token.lastError ?? 'internal error, see the log', token.retryInMs);
  }

  private async refresh(owner: TokenOwner, token: Token, usable: Secret | undefined): Promise<Secret | undefined> {
    const lease = { id: token.id, version: token.version, leaseId: randomUUID() };
    if (!(await this.tokens.lease(lease, this.timing.leaseSeconds))) return usable;
    const result = await this.refreshes.refresh({ owner, token, lease });
    if (result.outcome === 'refreshed') return result.accessToken;
    if (result.outcome === 'lost') return undefined;
    if (usable && !result.final) return usable;
    throw result.error;
  }

  /** For a bot without a row. Two processes may both mint: the last one's token is stored, and both work. */
  private async mintInitialToken(owner: TokenOwner): Promise<Secret> {
    if (owner.kind === 'user') throw new ConsentNeededError(owner);
    const grant = await this.refreshes.mint(owner.installationId);
    await this.store.put(owner, grant);
    return grant.accessToken;
  }
}

function unavailable(owner: TokenOwner): Error {
  return owner.kind === 'user' ? new ConsentNeededError(owner) : installationNotFound(owner.installationId);
}
