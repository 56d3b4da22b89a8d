import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Drain } from '../config/drain.js';
import { ownerOf } from './token-id.js';
import { type TokenEntity } from './token.entity.js';
import { type Claim, type RefreshResult, TokenRefreshService } from './token-refresh.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenTiming } from './token-timing.js';
import { type Lease, TokensRepository } from './tokens.repository.js';

/** How often the clock is looked at; the database is asked no sooner than a token can be due. */
const TICK_MS = 250;
/** Claims in a row, so that one round ends also after an outage. */
const CLAIMS_PER_RUN = 200;

/** The role `scheduler`: renews tokens before they expire, without anybody using them; the soonest to expire first. */
@Injectable()
export class TokenRefreshJob implements BeforeApplicationShutdown {
  private readonly logger = new Logger(TokenRefreshJob.name);
  private running: Promise<void> | undefined;
  /** On the monotonic clock. */
  private nextPollAt = 0;
  /** Rounds in a row in which Plane failed whatever it was asked. */
  private failedRounds = 0;

  constructor(
    private readonly tokens: TokensRepository,
    private readonly store: TokenStoreService,
    private readonly refreshes: TokenRefreshService,
    private readonly timing: TokenTiming,
    private readonly drain: Drain,
  ) {}

  /** Looks at what is due when something can be; skipped while the look before is under way. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (performance.now() >= this.nextPollAt) await this.run();
  }

  /** One look at what is due, now; none while another is under way. */
  async run(): Promise<void> {
    if (this.running || this.drain.draining.aborted) return;
    this.running = this.poll().finally(() => (this.running = undefined));
    await this.running;
  }

  /** Nothing new is claimed by now; what was claimed is renewed, so that no lease is left behind. */
  async beforeApplicationShutdown(): Promise<void> {
    if (this.running) await this.drain.waitWithinDeadline(this.running);
  }

  private async poll(): Promise<void> {
    try {
      const planeFails = await this.refreshDue();
      this.failedRounds = planeFails ? this.failedRounds + 1 : 0;
      this.nextPollAt = performance.now() + (await this.pauseMs());
    } catch (error) {
      this.nextPollAt = performance.now() + this.timing.maxPollMs;
      this.logger.error({ msg: 'the schedule of tokens failed; it goes on in a moment', err: error });
    }
  }

  /** Until the soonest token falls due, at the longest pause; in an outage twice as long with each round. */
  private async pauseMs(): Promise<number> {
    const { maxPollMs, maxOutagePollMs } = this.timing;
    if (this.failedRounds > 0) return Math.min(maxOutagePollMs, maxPollMs * 2 ** (this.failedRounds - 1));
    const soonest = (await this.tokens.soonestDueInMs()) ?? Number.POSITIVE_INFINITY;
    return Math.min(maxPollMs, Math.max(0, soonest));
  }

  /**
   * A claim is no larger than what runs at once, so that no lease runs out while its renewal waits. Resolves with
   * true where Plane failed all that was asked last: then the rest would fail too.
   */
  private async refreshDue(): Promise<boolean> {
    const { concurrency, leaseSeconds, refreshesPerSecond } = this.timing;
    for (let claim = 0; claim < CLAIMS_PER_RUN && !this.drain.draining.aborted; claim += 1) {
      const readAt = performance.now();
      const rows = await this.tokens.claimDue(concurrency, leaseSeconds);
      const renewals = await Promise.all(rows.map((row) => this.refreshRow(row, readAt)));
      if (renewals.length > 0 && renewals.every(isPlaneFailure)) return true;
      if (rows.length < concurrency) return false;
      await wait(Math.max(0, readAt + (rows.length / refreshesPerSecond) * 1000 - performance.now()));
    }
    return false;
  }

  private async refreshRow(row: TokenEntity, readAt: number): Promise<RefreshResult | undefined> {
    const { id, version, leaseId } = row;
    if (leaseId === null) return undefined;
    const claim = await this.open(row, { id, version, leaseId }, readAt);
    return (
      claim &&
      this.refreshes.refresh(claim).catch((error: unknown) => {
        this.logger.error({
          msg: 'a renewal could not be booked; its lease runs out',
          tokenId: id,
          err: error,
        });
        return undefined;
      })
    );
  }

  /** One row that cannot be read keeps nobody else from being renewed. */
  private async open(row: TokenEntity, lease: Lease, readAt: number): Promise<Claim | undefined> {
    try {
      return { owner: ownerOf(row), token: await this.store.open(row, readAt), lease };
    } catch (error) {
      this.logger.error({ msg: 'a stored token cannot be read', tokenId: row.id, err: error });
      await this.tokens.fail(lease, this.timing.maxBackoffSeconds, (error as Error).message);
      return undefined;
    }
  }
}

function isPlaneFailure(renewal: RefreshResult | undefined): boolean {
  return renewal?.outcome === 'failed' && (renewal.verdict === 'transient' || renewal.verdict === 'ours');
}
