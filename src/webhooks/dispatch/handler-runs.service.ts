import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ActivityService } from '../../activity/activity.service.js';
import { serializeError } from '../../common/serialize-error.js';
import { Drain } from '../../config/drain.js';
import { MetricsService } from '../../observability/metrics.service.js';
import { type JobOutcome } from '../../queue/queue.js';
import { type AttemptRecord } from '../deliveries/outcome.js';
import { AssignedHandlers } from '../discovery/assigned-handlers.service.js';
import { jobEndOf, type RunOutcome, steeredBy } from './run-result.js';
import { describeRun } from './run-span.js';

/** A run as the log tells it. */
export interface BoundRun {
  readonly handler: string;
  readonly attempt: number;
  readonly [field: string]: unknown;
}

/** What became of a run. */
export interface WatchedRun {
  readonly end: JobOutcome;
  readonly attempt: AttemptRecord;
}

const SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800];
const LAG_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600];

const OUTCOMES = ['handled', 'skipped', 'parked', 'delayed', 'failed', 'dead_lettered'];

/** Watches the runs of handlers, a log line and metrics for each, and ends them when the process must stop. */
@Injectable()
export class HandlerRunsService implements OnApplicationBootstrap {
  private readonly logger = new Logger('HandlerRunnerService');
  private readonly runs;
  private readonly seconds;
  private readonly lag;

  constructor(
    metrics: MetricsService,
    private readonly activity: ActivityService,
    private readonly pool: AssignedHandlers,
    private readonly drain: Drain,
  ) {
    this.runs = metrics.counter('hangar_handler_runs_total', 'Runs of handlers by how they ended.');
    this.seconds = metrics.histogram('hangar_handler_seconds', 'How long runs of handlers took.', SECONDS);
    this.lag = metrics.histogram(
      'hangar_delivery_lag_seconds',
      'From the receipt of a webhook to the first run of a handler on it.',
      LAG_SECONDS,
    );
  }

  /** A handler that never failed is told with 0, so that its first failure is an increase. */
  onApplicationBootstrap(): void {
    for (const { id: handler } of this.pool.own())
      for (const outcome of OUTCOMES) this.runs.add(0, { handler, outcome });
  }

  /** Aborted when the process stops, a moment before its time is over. */
  get stopping(): AbortSignal {
    return this.drain.abortSignal;
  }

  /** Takes note of how long an event waited for its first run. */
  waited(receivedAt: Date): void {
    const ms = Math.max(0, Date.now() - receivedAt.getTime());
    this.lag.record(ms / 1000);
    this.activity.waited(ms);
  }

  /** Runs it, and tells what becomes of its job. A rejection that steers nothing is a failed attempt. */
  async watch(bound: BoundRun, lastAttempt: boolean, run: () => Promise<RunOutcome>): Promise<WatchedRun> {
    const at = new Date().toISOString();
    const began = performance.now();
    const ended = await this.outcomeOf(run);
    const ms = Math.round(performance.now() - began);
    if ('failure' in ended) return this.failed(bound, lastAttempt, ended.failure, { at, ms });
    const { outcome, text } = ended;
    describeRun(bound, outcome);
    this.runs.add(1, { handler: bound.handler, outcome });
    this.activity.ran(bound.handler, `run_${outcome}`, ms);
    if (outcome === 'handled') this.seconds.record(ms / 1000, { handler: bound.handler });
    this.logger.log({ msg: text, ...bound, ms });
    const attempt = {
      attempt: bound.attempt,
      at,
      ms,
      outcome,
      ...(outcome !== 'handled' && { reason: text }),
    };
    return { end: jobEndOf(ended), attempt };
  }

  private failed(
    bound: BoundRun,
    lastAttempt: boolean,
    failure: unknown,
    { at, ms }: { at: string; ms: number },
  ): WatchedRun {
    const { handler } = bound;
    const outcome = lastAttempt ? 'dead_lettered' : 'failed';
    describeRun(bound, outcome);
    this.runs.add(1, { handler, outcome });
    this.activity.ran(handler, `run_${outcome}`, ms);
    this.seconds.record(ms / 1000, { handler });
    const msg = lastAttempt ? 'failed for the last time: dead-lettered' : 'failed: will be tried again';
    this.logger.warn({ msg, ...bound, err: failure });
    const { message: reason } = serializeError(failure);
    return { end: { failure }, attempt: { attempt: bound.attempt, at, ms, outcome, reason } };
  }

  private async outcomeOf(run: () => Promise<RunOutcome>): Promise<RunOutcome | { failure: unknown }> {
    try {
      return await run();
    } catch (failure) {
      return steeredBy(failure) ?? { failure };
    }
  }
}
