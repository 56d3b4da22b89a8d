import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { ownFramesOf } from '../../common/own-frames.js';
import { ActivityService } from '../../activity/activity.service.js';
import { MetricsService } from '../../observability/metrics.service.js';
import { linksTo, tracer } from '../../observability/tracing/spans.js';
import { type LeasedJob } from '../../queue/leased-job.js';
import { type RunResult } from '../../queue/queue.js';
import { type AttemptRecord } from '../deliveries/outcome.js';
import { AssignedHandlers } from '../discovery/assigned-handlers.service.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type RunNotes } from './handler-run.js';
import { resultOfError } from './run-result.js';

/** A run in the log. */
export interface RunFields {
  readonly handler: string;
  readonly attempt: number;
  /** Of a run on an event of Plane. */
  readonly deliveryId?: string;
  /** Of a run on a lifecycle event: its name and id. */
  readonly event?: string;
  readonly eventId?: string;
}

const SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 1800];
const LAG_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600];

const OUTCOMES = ['handled', 'skipped', 'parked', 'delayed', 'failed', 'dead_lettered'];

/** Observes the runs of handlers: a log line, metrics and span attributes for each. */
@Injectable()
export class HandlerRunObserver implements OnApplicationBootstrap {
  private readonly logger = new Logger('HandlerRunnerService');
  private readonly runs;
  private readonly seconds;
  private readonly lag;

  constructor(
    metrics: MetricsService,
    private readonly activity: ActivityService,
    private readonly assigned: AssignedHandlers,
  ) {
    this.runs = metrics.counter('hangar_handler_runs_total', 'Runs of handlers by outcome.');
    this.seconds = metrics.histogram('hangar_handler_seconds', 'Duration of handler runs.', SECONDS);
    this.lag = metrics.histogram(
      'hangar_delivery_lag_seconds',
      'From the receipt of a webhook to the first run of a handler on it.',
      LAG_SECONDS,
    );
  }

  /** Reports 0 for outcomes that did not occur, so that the first failure is an increase. */
  onApplicationBootstrap(): void {
    for (const { id: handler } of this.assigned.all())
      for (const outcome of OUTCOMES) this.runs.add(0, { handler, outcome });
  }

  /** Records how long an event waited for its first run. */
  waited(receivedAt: Date): void {
    const ms = Math.max(0, Date.now() - receivedAt.getTime());
    this.lag.record(ms / 1000);
    this.activity.waited(ms);
  }

  /** Runs a handler and records the result. Never rejects: an error is part of the result. @param notes filled by the run */
  async observe(
    { queue: handler, attempt, lastAttempt }: LeasedJob,
    subject: Omit<RunFields, 'handler' | 'attempt'>,
    run: () => Promise<RunResult<never>>,
    notes: RunNotes = {},
  ): Promise<{ readonly result: RunResult<never>; readonly attempt: AttemptRecord }> {
    const at = new Date().toISOString();
    const startedAt = performance.now();
    const result = withNotes(await run().catch((error: unknown) => resultOfError(error, lastAttempt)), notes);
    const ms = Math.round(performance.now() - startedAt);
    const { outcome, reason } = result;
    const fields = { handler, ...subject, attempt };
    describeRun(fields, outcome);
    this.runs.add(1, { handler, outcome });
    this.activity.ran(handler, `run_${outcome}`, ms);
    if (outcome === 'handled' || 'error' in result) this.seconds.record(ms / 1000, { handler });
    this.log(fields, result, ms);
    const { unawaited } = notes;
    const frames = ownFramesOf(result.error);
    const described = { ...(reason !== undefined && { reason }), ...(frames.length > 0 && { frames }) };
    return { result, attempt: { attempt, at, ms, outcome, ...described, ...(unawaited && { unawaited }) } };
  }

  private log(fields: RunFields, { outcome, reason = outcome, ...result }: RunResult, ms: number): void {
    if (!('error' in result)) return this.logger.log({ msg: reason, ...fields, ms });
    const last = outcome === 'dead_lettered';
    const msg = last ? 'failed for the last time: dead-lettered' : 'failed: will be tried again';
    this.logger.warn({ msg, ...fields, err: result.error });
  }
}

/** The result whose text says that the run blocked the event loop. */
function withNotes(result: RunResult<never>, { blocked }: RunNotes): RunResult<never> {
  return blocked === undefined ? result : { ...result, reason: `${result.reason ?? result.outcome}: ${blocked}` };
}

/** Sets on the span of a run which handler ran on what, and the outcome. */
function describeRun({ handler, attempt, deliveryId, event }: RunFields, outcome: string): void {
  if (!tracer()) return;
  trace.getActiveSpan()?.setAttributes({
    'hangar.handler': handler,
    'hangar.attempt': attempt,
    'hangar.outcome': outcome,
    ...(deliveryId !== undefined && { 'hangar.delivery.id': deliveryId }),
    ...(event !== undefined && { 'hangar.event.name': event }),
  });
}

/** Sets the event on the span of a run. @param traceparents of the jobs that were merged into it */
export function describeEvent({ name, workspaceId }: PlaneEvent, traceparents: readonly unknown[]): void {
  const span = tracer() && trace.getActiveSpan();
  span?.setAttributes({ 'hangar.event.name': name, 'hangar.workspace.id': workspaceId });
  span?.addLinks(linksTo(...traceparents));
}
