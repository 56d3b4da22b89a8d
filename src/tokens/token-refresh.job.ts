import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { PeriodicTask } from '../common/periodic-task.js';
import { Drain } from '../config/drain.js';
import { type RefreshResult, TokenRefreshService } from './token-refresh.service.js';
import { type LeasedToken, TokenStoreService } from './token-store.service.js';
import { TokenTiming } from './token-timing.js';

const TICK_MS = 250;
/** A run ends after so many claims, also when an outage has made thousands of tokens due. */
const MAX_CLAIMS_PER_RUN = 200;

/**
 * The role `scheduler`: refreshes bot and user tokens before they expire, those that expire soonest first. Replicas share
 * the work: each claims different tokens.
 */
@Injectable()
export class TokenRefreshJob {
  private readonly logger = new Logger(TokenRefreshJob.name);
  private readonly task: PeriodicTask;
  /** On the monotonic clock. */
  private nextRunAt = 0;
  /** Runs in a row in which Plane failed every call. */
  private failedRuns = 0;

  constructor(
    private readonly store: TokenStoreService,
    private readonly refreshes: TokenRefreshService,
    private readonly timing: TokenTiming,
    private readonly drain: Drain,
  ) {
    this.task = new PeriodicTask(
      { name: 'token refresh', intervalMs: TICK_MS, run: async () => this.refreshDue() },
      drain,
    );
  }

  /** Starts a run when the next token can be due. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (performance.now() >= this.nextRunAt) await this.task.tick();
  }

  /** Refreshes the tokens that are due now, or joins the run in progress. */
  async run(): Promise<void> {
    await this.task.run();
  }

  private async refreshDue(): Promise<void> {
    const planeFails = await this.refreshInBatches();
    this.failedRuns = planeFails ? this.failedRuns + 1 : 0;
    this.nextRunAt = performance.now() + (await this.pauseMs());
  }

  /** Until the next token falls due, within limits; while Plane fails, twice as long after each run. */
  private async pauseMs(): Promise<number> {
    const { maxPollMs, maxOutagePollMs } = this.timing;
    if (this.failedRuns > 0) return Math.min(maxOutagePollMs, maxPollMs * 2 ** (this.failedRuns - 1));
    const soonest = (await this.store.soonestDueInMs()) ?? Number.POSITIVE_INFINITY;
    return Math.min(maxPollMs, Math.max(0, soonest));
  }

  /**
   * Claims no more than is refreshed at once, so that no lease expires while its token waits. Resolves with true where
   * Plane failed the whole last batch: the rest would fail too.
   */
  private async refreshInBatches(): Promise<boolean> {
    const { concurrency, refreshesPerSecond } = this.timing;
    for (let claims = 0; claims < MAX_CLAIMS_PER_RUN && !this.drain.draining.aborted; claims += 1) {
      const startedAt = performance.now();
      const batch = await this.store.claimDue(concurrency);
      const results = await Promise.all(batch.map(async (leased) => leased && this.refresh(leased)));
      if (results.length > 0 && results.every(isPlaneFailure)) return true;
      if (batch.length < concurrency) return false;
      await wait(Math.max(0, startedAt + (batch.length / refreshesPerSecond) * 1000 - performance.now()));
    }
    return false;
  }

  private async refresh(leased: LeasedToken): Promise<RefreshResult | undefined> {
    try {
      return await this.refreshes.refresh(leased);
    } catch (error) {
      const { id: tokenId } = leased.token;
      this.logger.error({ msg: 'cannot store the result of a token refresh', tokenId, err: error });
      return undefined;
    }
  }
}

function isPlaneFailure(result: RefreshResult | undefined): boolean {
  return result?.outcome === 'failed' && (result.kind === 'transient' || result.kind === 'internalError');
}
