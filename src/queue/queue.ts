import { type Context } from '@opentelemetry/api';
import { type EntityManager } from 'typeorm';

/** How a queue treats its jobs. */
export interface QueueSettings {
  /** How often a failed job is tried again before it is dead-lettered. */
  readonly retryLimit: number;
  /** Seconds before the first retry. */
  readonly retryDelaySeconds: number;
  /** Double the delay with each retry, with jitter, up to an hour. */
  readonly backoff: boolean;
  /** Seconds that one attempt may take. */
  readonly timeoutSeconds: number;
  /** Seconds that waiting and dead-lettered jobs are kept. */
  readonly keepSeconds: number;
}

/** Which trace a job is part of, where traces are on. */
type JobTrace =
  /** That of this context. */
  | { readonly within: Context }
  /** A new one, with a link to the span that this `traceparent` names: the same work is done anew. */
  | { readonly after: string | undefined }
  /** The one that its data names: it goes on. */
  | 'its own';

/** A job to be added to a queue. */
export interface NewJob {
  readonly data: object;
  /** Jobs of one line run one at a time, in the order in which they were added. */
  readonly line?: string;
  /** Higher goes first, but for the order of its line. Default 0. */
  readonly priority?: number;
  /** It is not handed out sooner than this after it was added. Default 0. */
  readonly waitSeconds?: number;
  /** Default is what is going on where it is added. */
  readonly trace?: JobTrace;
}

/** Where a job stands in its line. */
export interface OrderingPosition {
  readonly line: string;
  readonly position: number;
}

/** A job that was handed out. */
export interface QueuedJob<T> {
  readonly id: string;
  readonly data: T;
  /** 1 for the first. */
  readonly attempt: number;
  /** A failure of this attempt dead-letters the job. */
  readonly lastAttempt: boolean;
  readonly place?: OrderingPosition;
  /** Aborted when the job is taken away from this process. */
  readonly signal: AbortSignal;
}

/**
 * What becomes of a job whose run has ended: it is done; it is dead-lettered at once; it is run again later, which
 * uses up no attempt; or the attempt failed.
 */
export type JobOutcome =
  | 'done'
  | { readonly deadLetter: string }
  | { readonly againInSeconds: number }
  | { readonly failure: unknown };

/** The end of a run. */
export interface RunResult<R = unknown> {
  readonly end: JobOutcome;
  /** Kept in the transaction that ends the job. */
  readonly record?: R;
  /** The position of the last job of its line that this run did the work of; they end with it. */
  readonly upTo?: number;
}

/** Keeps what runs leave behind, in the transaction that ends their jobs. */
export type RunRecorder<R> = (transaction: EntityManager, records: readonly R[]) => Promise<void>;

/** How full a queue is. */
export interface QueueStats {
  /** Its name, which is its handler's id. */
  readonly handler: string;
  /** Jobs that could be taken now. */
  readonly waiting: number;
  /** Jobs that wait for their time: the next try. */
  readonly delayed: number;
  readonly active: number;
  /** Jobs behind another of their line. */
  readonly blocked: number;
  /** Jobs that wait for a person. */
  readonly parked: number;
  readonly deadLetters: number;
}

/** The queue that a queue's failed jobs end in. */
export function deadLetterQueueOf(name: string): string {
  return `${name}.dead-letter`;
}
