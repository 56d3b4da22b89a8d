import { type LeasedJob } from '../../queue/leased-job.js';
import { type HandlerJob } from '../deliveries/job-plan.service.js';
import { type AnyHandler, type Handler } from '../discovery/handler.js';
import { type LogLine } from '../discovery/handler-logger.js';
import { type PlaneEvent } from '../events/plane-event.js';

/** A delivery whose event was merged into that of another job. */
export interface CoalescedDelivery {
  readonly id: string;
  readonly event: PlaneEvent;
  /** Of its job, if that waits behind the run's job. */
  readonly position?: number;
  readonly traceparent?: unknown;
}

/** A run that gets a context; of a task, `deliveryId` is the task's id, and there is no event. */
export interface ContextRun {
  readonly handler: Pick<AnyHandler, 'id' | 'options'>;
  readonly job: { readonly id: string; readonly attempt: number; readonly data: { readonly deliveryId: string } };
  /** What the method logged. */
  readonly log: LogLine[];
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
  /** The delivery is not in the database, although it should be. */
  unknown?: boolean;
  /** The delivery with which the handler receives the change that this one announces. */
  receivedWith?: string;
  /** The deliveries that the event was made from beside the job's own. */
  coalesced: readonly CoalescedDelivery[];
}
