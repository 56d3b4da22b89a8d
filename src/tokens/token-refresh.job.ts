import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { PeriodicTask } from '../common/periodic-task.js';
import { Drain } from '../config/drain.js';
import { DEFAULT_CONNECTION, type PlaneConnection } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { type RefreshResult, TokenRefreshService } from './token-refresh.service.js';
import { type LeasedToken, TokenStoreService } from './token-store.service.js';
import { TokenTiming } from './token-timing.js';

const TICK_MS = 250;
/** A run ends after so many claims, also when an outage has made thousands of tokens due. */
const MAX_CLAIMS_PER_RUN = 200;

/** The refreshes of one connection: a Plane that is down or slow delays no other. */
class ConnectionRefreshes {
  readonly task: PeriodicTask;
  /** On the monotonic clock. */
  nextRunAt = 0;
  /** Runs in a row in which Plane failed every call. */
  failedRuns = 0;

  constructor(
    readonly connection: PlaneConnection,
    run: (refreshes: ConnectionRefreshes) => Promise<void>,
    drain: Drain,
  ) {
    const name = connection.id === DEFAULT_CONNECTION ? 'token refresh' : `token refresh of ${connection.id}`;
    this.task = new PeriodicTask({ name, intervalMs: TICK_MS, run: async () => run(this) }, drain);
  }
}

/**
 * The role `scheduler`: refreshes bot and user tokens before they expire, those that expire soonest first, each connection
 * for itself. Replicas share the work: each claims different tokens.
 */
@Injectable()
export class TokenRefreshJob {
  private readonly logger = new Logger(TokenRefreshJob.name);
  private readonly refreshes: readonly ConnectionRefreshes[];

  constructor(
    private readonly store: TokenStoreService,
    private readonly refresher: TokenRefreshService,
    private readonly timing: TokenTiming,
    private readonly drain: Drain,
    connections: PlaneConnections,
  ) {
    const run = async (refreshes: ConnectionRefreshes): Promise<void> => this.refreshDue(refreshes);
    this.refreshes = connections.withApps.map((connection) => new ConnectionRefreshes(connection, run, drain));
  }

  /** Starts a run of each connection when its next token can be due. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    const now = performance.now();
    await Promise.all(this.refreshes.filter(({ nextRunAt }) => now >= nextRunAt).map(async ({ task }) => task.tick()));
  }

  /** Refreshes the tokens that are due now, or joins the runs in progress. */
  async run(): Promise<void> {
    await Promise.all(this.refreshes.map(async ({ task }) => task.run()));
  }

  private async refreshDue(refreshes: ConnectionRefreshes): Promise<void> {
    const planeFails = await this.refreshInBatches(refreshes.connection);
    refreshes.failedRuns = planeFails ? refreshes.failedRuns + 1 : 0;
    refreshes.nextRunAt = performance.now() + (await this.pauseMs(refreshes));
  }

  /** Until the next token falls due, within limits; while Plane fails, twice as long after each run. */
  private async pauseMs({ failedRuns, connection }: ConnectionRefreshes): Promise<number> {
    const { maxPollMs, maxOutagePollMs } = this.timing;
    if (failedRuns > 0) return Math.min(maxOutagePollMs, maxPollMs * 2 ** (failedRuns - 1));
    const soonest = (await this.store.soonestDueInMs(connection)) ?? Number.POSITIVE_INFINITY;
    return Math.min(maxPollMs, Math.max(0, soonest));
  }

  /**
   * Claims no more than is refreshed at once, so that no lease expires while its token waits. Resolves with true where
   * Plane failed the whole last batch: the rest would fail too.
   */
  private async refreshInBatches(connection: PlaneConnection): Promise<boolean> {
    const { concurrency, refreshesPerSecond } = this.timing;
    for (let claims = 0; claims < MAX_CLAIMS_PER_RUN && !this.drain.draining.aborted; claims += 1) {
      const startedAt = performance.now();
      const batch = await this.store.claimDue(concurrency, connection);
      const results = await Promise.all(batch.map(async (leased) => leased && this.refresh(leased)));
      if (results.length > 0 && results.every(isPlaneFailure)) return true;
      if (batch.length < concurrency) return false;
      await wait(Math.max(0, startedAt + (batch.length / refreshesPerSecond) * 1000 - performance.now()));
    }
    return false;
  }

  private async refresh(leased: LeasedToken): Promise<RefreshResult | undefined> {
    try {
      return await this.refresher.refresh(leased);
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
