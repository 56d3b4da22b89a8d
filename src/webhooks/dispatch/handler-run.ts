import { type LeasedJob } from '../../queue/leased-job.js';
import { type HandlerJob } from '../deliveries/job-plan.service.js';
import { type AnyHandler, type Handler } from '../discovery/handler.js';
import { type LogLine } from '../discovery/handler-logger.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type RunCalls } from './run-calls.js';

/** A delivery whose event was merged into that of another job. */
export interface CoalescedDelivery {
  readonly id: string;
  readonly event: PlaneEvent;
  /** Of its job, if that waits behind the run's job. */
  readonly position?: number;
  readonly traceparent?: unknown;
}

/** What operators should know of a run beside its outcome. */
export interface RunNotes {
  /** Calls of the context that were still running when the method had ended: `plane.users.me`. */
  unawaited?: readonly string[];
  /** That the event loop was blocked past the time-out, as a text. */
  blocked?: string;
}

/** A run that gets a context; of a task, `deliveryId` is the task's id, and there is no event. */
export interface ContextRun {
  readonly handler: Pick<AnyHandler, 'id' | 'options'>;
  readonly job: { readonly id: string; readonly attempt: number; readonly data: { readonly deliveryId: string } };
  /** What the method logged. */
  readonly log: LogLine[];
  readonly notes: RunNotes;
  /** The calls of the context that are running. */
  readonly calls: RunCalls;
  /** What the method gets, once it was read from the delivery. */
  event?: PlaneEvent;
  /** Why the method ended the run, with `context.skip`. */
  skipped?: string;
  /** Of a task: the work item, or else the entity, that it is about. */
  readonly workItemId?: string;
}

/** One run of a handler on a job. */
export interface HandlerRun extends ContextRun {
  readonly handler: Handler;
  readonly job: LeasedJob<HandlerJob>;
  /** The connection that the delivery came by, once it was read. */
  connectionId?: string;
  /** The delivery is not in the database, although it should be. */
  unknown?: boolean;
  /** The delivery with which the handler receives the change that this one announces. */
  receivedWith?: string;
  /** The deliveries that the event was made from beside the job's own. */
  coalesced: readonly CoalescedDelivery[];
}
