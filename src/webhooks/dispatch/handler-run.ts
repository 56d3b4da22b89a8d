import { type LeasedJob } from '../../queue/leased-job.js';
import { type HandlerJob } from '../deliveries/job-plan.service.js';
import { type Handler } from '../discovery/handler.js';
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

/** One run of a handler on a job. */
export interface HandlerRun {
  readonly handler: Handler;
  readonly job: LeasedJob<HandlerJob>;
  /** What the handler logged. */
  readonly log: LogLine[];
  /** What the handler gets, once it was read from the delivery. */
  event?: PlaneEvent;
  /** The delivery is not in the database, although it should be. */
  unknown?: boolean;
  /** The deliveries that the event was made from beside the job's own. */
  coalesced: readonly CoalescedDelivery[];
}
