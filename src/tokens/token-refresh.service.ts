import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { Drain } from '../config/drain.js';
import { inSpan } from '../observability/tracing/in-span.js';
import { failSpan } from '../observability/tracing/end-spans.js';
import { type Grant } from '../plane/plane-answers.js';
import { RefreshFailureClassifier, type FailureKind } from './refresh-failure.classifier.js';
import { backoffSeconds } from './refresh-failure.js';
import { TokenGrantService } from './token-grant.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { TokenMetricsService } from './token-metrics.service.js';
import { TokenRemovalService } from './token-removal.service.js';
import { type Token, type TokenOwner } from './token.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenTiming } from './token-timing.js';
import { ConsentNeededError, installationNotFound } from './tokens.errors.js';
import { type Lease, TokensRepository } from './tokens.repository.js';

const STORE_PAUSE_MS = 250;

/** A token that this process has the right to renew. */
export interface Claim {
  readonly owner: TokenOwner;
  readonly token: Token;
  readonly lease: Lease;
}

/** What became of a renewal; `lost`: another's write came first, look again. */
export type RefreshResult =
  | { readonly outcome: 'renewed'; readonly accessToken: Secret }
  | { readonly outcome: 'lost' }
  /** `final`: the old token must not be used either. */
  | {
      readonly outcome: 'failed';
      readonly verdict: FailureKind;
      readonly error: Error;
      readonly final: boolean;
    };

/** Renews a token that was leased, and books what came of it. */
@Injectable()
export class TokenRefreshService implements OnApplicationShutdown {
  private readonly logger = new Logger(TokenRefreshService.name);
  private readonly inFlight = new Set<Promise<RefreshResult>>();

  constructor(
    private readonly store: TokenStoreService,
    private readonly tokens: TokensRepository,
    private readonly grants: TokenGrantService,
    private readonly classifier: RefreshFailureClassifier,
    private readonly removal: TokenRemovalService,
    private readonly cache: TokenCacheService,
    private readonly timing: TokenTiming,
    private readonly metrics: TokenMetricsService,
    private readonly drain: Drain,
  ) {}

  /** @throws where our own database keeps it from being booked; the lease then runs out */
  async refresh(claim: Claim): Promise<RefreshResult> {
    const renewal = this.countedAttempt(claim).finally(() => this.inFlight.delete(renewal));
    this.inFlight.add(renewal);
    return renewal;
  }

  /**
   * What Plane grants while the process stops is stored before the database is let go: it exists nowhere else. Handlers
   * and requests begin renewals until their end, so this waits after them.
   */
  async onApplicationShutdown(): Promise<void> {
    if (!(await this.drain.waitWithinDeadline(this.allSettled())))
      this.drain.recordLoss(`what Plane answered to ${this.inFlight.size} renewal(s) of tokens`);
  }

  private async allSettled(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.allSettled(this.inFlight);
  }

  private async countedAttempt(claim: Claim): Promise<RefreshResult> {
    const { kind, id } = claim.token;
    const attributes = { 'hangar.token.kind': kind, 'hangar.token.id': id };
    return inSpan('renew token', attributes, async (span) => {
      const renewal = await this.attempt(claim);
      const outcome = renewal.outcome === 'failed' ? renewal.verdict : renewal.outcome;
      span?.setAttribute('hangar.outcome', outcome);
      if (renewal.outcome === 'failed' && span) failSpan(span, renewal.error);
      this.metrics.refreshed(kind, outcome);
      return renewal;
    });
  }

  private async attempt({ owner, token, lease }: Claim): Promise<RefreshResult> {
    let grant: Grant;
    try {
      grant = await this.grants.refresh(owner, token);
    } catch (error) {
      return this.recordFailure({ owner, token, lease }, error as Error);
    }
    const kept = await this.storeGrant(lease, grant);
    this.cache.delete(lease.id);
    return kept ? { outcome: 'renewed', accessToken: grant.accessToken } : { outcome: 'lost' };
  }

  /** What Plane granted is tried to be stored for as long as the lease lasts: it exists nowhere else. */
  private async storeGrant(lease: Lease, grant: Grant): Promise<boolean> {
    const giveUpAt = performance.now() + this.timing.leaseSeconds * 1000;
    for (;;) {
      try {
        return await this.store.complete(lease, grant);
      } catch (error) {
        if (performance.now() >= giveUpAt) throw error;
        this.logger.error({ msg: 'a renewed token cannot be stored yet', tokenId: lease.id, err: error });
        await wait(STORE_PAUSE_MS);
      }
    }
  }

  private async recordFailure(claim: Claim, error: Error): Promise<RefreshResult> {
    const { owner, token, lease } = claim;
    const verdict = await this.classifier.classify(owner, token, error);
    const bound = { tokenId: token.id, kind: token.kind, failures: token.failures + 1, err: error };
    this.logger.warn({ msg: MESSAGES[verdict], ...bound });
    if (verdict === 'uninstalled') return this.uninstalled(claim);
    if (verdict === 'consent') return this.consent(claim, error);
    if (verdict === 'ours') await this.tokens.release(lease, this.timing.internalErrorBackoffSeconds);
    else await this.tokens.fail(lease, this.pause(verdict, token, error), error.message);
    return { outcome: 'failed', verdict, error, final: false };
  }

  private pause(verdict: 'transient' | 'slow', token: Token, error: Error): number {
    const failures = verdict === 'slow' ? Number.MAX_SAFE_INTEGER : token.failures;
    return backoffSeconds(this.timing, failures, error);
  }

  private async consent({ owner, token, lease }: Claim, error: Error): Promise<RefreshResult> {
    const reason = token.inFlight ? `${LOST_ANSWER} ${error.message}` : error.message;
    const written = await this.removal.needConsent(owner, lease, reason);
    if (!written) return { outcome: 'lost' };
    return { outcome: 'failed', verdict: 'consent', error: new ConsentNeededError(owner), final: true };
  }

  private async uninstalled({ owner }: Claim): Promise<RefreshResult> {
    const installationId = owner.kind === 'bot' ? owner.installationId : '';
    await this.removal.removeBot(owner, new Date());
    const gone = installationNotFound(installationId);
    return { outcome: 'failed', verdict: 'uninstalled', error: gone, final: true };
  }
}

const LOST_ANSWER = "An earlier renewal's answer was lost, and Plane had replaced the refresh token in it.";

const MESSAGES = {
  ours: 'a token was not renewed, by trouble of our own',
  transient: 'a token could not be renewed',
  slow: 'a token was refused; it is tried again seldom',
  consent: 'a token needs consent again',
  uninstalled: 'a bot token was refused: the app is not installed there any more',
};
