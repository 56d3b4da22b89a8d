import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { Drain } from '../config/drain.js';
import { inSpan } from '../observability/tracing/in-span.js';
import { failSpan } from '../observability/tracing/span-ends.js';
import { type Grant } from '../plane/plane-answers.js';
import { RefusalInquiryService, type Verdict } from './refusal-inquiry.service.js';
import { backoffSeconds } from './renewal-failure.js';
import { RenewedGrantService } from './renewed-grant.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { TokenMetricsService } from './token-metrics.service.js';
import { TokenRemovalService } from './token-removal.service.js';
import { type Token, type TokenOwner } from './token.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenTiming } from './token-timing.js';
import { ConsentNeededError, installationGone } from './tokens.errors.js';
import { type Lease, TokensRepository } from './tokens.repository.js';

const STORE_PAUSE_MS = 250;

/** A token that this process has the right to renew. */
export interface Claim {
  readonly owner: TokenOwner;
  readonly token: Token;
  readonly lease: Lease;
}

/** What became of a renewal; `lost`: another's write came first, look again. */
export type Renewal =
  | { readonly outcome: 'renewed'; readonly accessToken: Secret }
  | { readonly outcome: 'lost' }
  /** `final`: the old token must not be used either. */
  | { readonly outcome: 'failed'; readonly verdict: Verdict; readonly error: Error; readonly final: boolean };

/** Renews a token that was leased, and books what came of it. */
@Injectable()
export class TokenRenewalService implements OnApplicationShutdown {
  private readonly logger = new Logger(TokenRenewalService.name);
  private readonly underWay = new Set<Promise<Renewal>>();

  constructor(
    private readonly store: TokenStoreService,
    private readonly tokens: TokensRepository,
    private readonly grants: RenewedGrantService,
    private readonly inquiry: RefusalInquiryService,
    private readonly removal: TokenRemovalService,
    private readonly cache: TokenCacheService,
    private readonly timing: TokenTiming,
    private readonly metrics: TokenMetricsService,
    private readonly drain: Drain,
  ) {}

  /** @throws where our own database keeps it from being booked; the lease then runs out */
  async renew(claim: Claim): Promise<Renewal> {
    const renewal = this.countedAttempt(claim).finally(() => this.underWay.delete(renewal));
    this.underWay.add(renewal);
    return renewal;
  }

  /**
   * What Plane grants while the process stops is stored before the database is let go: it exists nowhere else. Handlers
   * and requests begin renewals until their end, so this waits after them.
   */
  async onApplicationShutdown(): Promise<void> {
    if (!(await this.drain.sees(this.allEnded())))
      this.drain.loses(`what Plane answered to ${this.underWay.size} renewal(s) of tokens`);
  }

  private async allEnded(): Promise<void> {
    while (this.underWay.size > 0) await Promise.allSettled(this.underWay);
  }

  private async countedAttempt(claim: Claim): Promise<Renewal> {
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

  private async attempt({ owner, token, lease }: Claim): Promise<Renewal> {
    let grant: Grant;
    try {
      grant = await this.grants.successorOf(owner, token);
    } catch (error) {
      return this.book({ owner, token, lease }, error as Error);
    }
    const kept = await this.keep(lease, grant);
    this.cache.forget(lease.id);
    return kept ? { outcome: 'renewed', accessToken: grant.accessToken } : { outcome: 'lost' };
  }

  /** What Plane granted is tried to be stored for as long as the lease lasts: it exists nowhere else. */
  private async keep(lease: Lease, grant: Grant): Promise<boolean> {
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

  private async book(claim: Claim, error: Error): Promise<Renewal> {
    const { owner, token, lease } = claim;
    const verdict = await this.inquiry.verdict(owner, token, error);
    const bound = { tokenId: token.id, kind: token.kind, failures: token.failures + 1, err: error };
    this.logger.warn({ msg: MESSAGES[verdict], ...bound });
    if (verdict === 'uninstalled') return this.uninstalled(claim);
    if (verdict === 'consent') return this.consent(claim, error);
    if (verdict === 'ours') await this.tokens.release(lease, this.timing.ownTroubleSeconds);
    else await this.tokens.fail(lease, this.pause(verdict, token, error), error.message);
    return { outcome: 'failed', verdict, error, final: false };
  }

  private pause(verdict: 'transient' | 'slow', token: Token, error: Error): number {
    const failures = verdict === 'slow' ? Number.MAX_SAFE_INTEGER : token.failures;
    return backoffSeconds(this.timing, failures, error);
  }

  private async consent({ owner, token, lease }: Claim, error: Error): Promise<Renewal> {
    const reason = token.inFlight ? `${LOST_ANSWER} ${error.message}` : error.message;
    const written = await this.removal.needConsent(owner, lease, reason);
    if (!written) return { outcome: 'lost' };
    return { outcome: 'failed', verdict: 'consent', error: new ConsentNeededError(owner), final: true };
  }

  private async uninstalled({ owner }: Claim): Promise<Renewal> {
    const installationId = owner.kind === 'bot' ? owner.installationId : '';
    await this.removal.removeBot(owner, new Date());
    const gone = installationGone(installationId);
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
