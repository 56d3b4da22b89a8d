import { ModuleRef } from '@nestjs/core';
import { ownPlaceOf } from '../../common/own-frames.js';
import { type LeasedJob } from '../../queue/leased-job.js';
import { type RunResult } from '../../queue/queue.js';
import { DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { HandlerRunObserver } from '../../webhooks/dispatch/handler-run.observer.js';
import { normaliseDelivery } from '../../webhooks/events/normalise.js';
import { parsePayload } from '../../webhooks/events/payload-parser.js';

/** One run of a handler. */
export interface TestRun {
  /** `PingHandler.pong`. */
  readonly handler: string;
  /** The name of the event: `workitem.comment.created`. */
  readonly event: string;
  /** The id of the delivery; of a lifecycle event, its own. */
  readonly id: string;
  /** 1 for the first run. */
  readonly attempt: number;
  readonly outcome: RunResult['outcome'];
  /** Why, unless it was handled. */
  readonly reason?: string;
  /** What it threw. */
  readonly error?: unknown;
  /** The first line of the app's own code in the error's stack: `src/ping.handler.ts:12:5`. */
  readonly at?: string;
}

type Observe = HandlerRunObserver['observe'];

/** Records the runs of all handlers of an application, and lets the next ones fail. */
export class RunRecorder {
  /** In the order of their ends. */
  readonly runs: TestRun[] = [];
  private readonly failures: { readonly handler: string; readonly error: Error }[] = [];

  /** @param onFailure called for each run that threw by itself */
  constructor(private readonly onFailure: (run: TestRun) => void) {}

  /** The next run of the handler throws this instead of calling the method. */
  failNext(handler: string, error: Error): void {
    this.failures.push({ handler, error });
  }

  /** Records what the application's observer of runs sees. */
  attach(ref: ModuleRef): void {
    const observer = ref.get(HandlerRunObserver, { strict: false });
    const deliveries = ref.get(DeliveriesService, { strict: false });
    const observe: Observe = observer.observe.bind(observer);
    observer.observe = async (job, subject, run, notes) => {
      const failure = this.takeFailure(job.queue);
      const observed = await observe(job, subject, failure ? () => Promise.reject(failure) : run, notes);
      const id = subject.deliveryId ?? subject.eventId ?? '';
      const event = subject.event ?? (await eventNameOf(deliveries, id));
      const ended = this.record(job, id, event, observed.result);
      if ('error' in ended && !failure) this.onFailure(ended);
      return observed;
    };
  }

  private takeFailure(handler: string): Error | undefined {
    const index = this.failures.findIndex((failure) => failure.handler === handler);
    return index === -1 ? undefined : this.failures.splice(index, 1)[0]?.error;
  }

  private record({ queue: handler, attempt }: LeasedJob, id: string, event: string, result: RunResult): TestRun {
    const { outcome, reason, error } = result;
    const at = ownPlaceOf(error);
    const run = { handler, event, id, attempt, outcome, ...(reason !== undefined && { reason }) };
    const ended = { ...run, ...('error' in result && { error }), ...(at !== undefined && { at }) };
    this.runs.push(ended);
    return ended;
  }
}

async function eventNameOf(deliveries: DeliveriesService, id: string): Promise<string> {
  const stored = await deliveries.body(id).catch(() => undefined);
  return stored ? normaliseDelivery({ ...stored, payload: parsePayload(stored.body) }).name : '';
}
