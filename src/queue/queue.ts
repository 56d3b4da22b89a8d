import { type Context } from '@opentelemetry/api';
import { type EntityManager } from 'typeorm';

/** How a queue treats its jobs. */
export interface QueueSettings {
  /** How often a failed job is retried before it is dead-lettered. */
  readonly retryLimit: number;
  /** Seconds before the first retry. */
  readonly retryDelaySeconds: number;
  /** Exponential: twice the delay with each retry, with jitter, up to an hour. */
  readonly backoff: boolean;
  /** Seconds that one run may take. */
  readonly timeoutSeconds: number;
  /** Seconds that waiting and dead-lettered jobs are kept. */
  readonly keepSeconds: number;
  /** Without a heartbeat for so many seconds a job is handed to another process; at least 10, default 40. */
  readonly heartbeatSeconds?: number;
}

/** How a process works on a queue. */
export interface WorkOptions {
  /** Runs at once in this process. */
  readonly concurrency: number;
  /** As in the queue's {@link QueueSettings}. */
  readonly heartbeatSeconds?: number;
}

/** The trace that a job belongs to, while tracing is on. */
type JobTrace =
  /** The trace of this context. */
  | { readonly within: Context }
  /** A new trace, linked to the span that this `traceparent` names: the same work is done again. */
  | { readonly after: string | undefined }
  /** The trace that the job's data names. */
  | 'its own';

/** A job to be added to a queue. */
export interface NewJob {
  readonly data: object;
  /** Jobs with the same ordering key run one at a time, in the order in which they were added. */
  readonly orderingKey?: string;
  /** Higher runs first, except that jobs with the same ordering key keep their order. Default 0. */
  readonly priority?: number;
  /** Seconds before the job may run. Default 0. */
  readonly waitSeconds?: number;
  /** Default: the active trace. */
  readonly trace?: JobTrace;
}

/** Jobs by their queue. */
export type JobsByQueue = ReadonlyMap<string, readonly NewJob[]>;

/** How a run of a job ended, and so what happens to the job. */
export interface RunResult<R = unknown> {
  /**
   * - `handled`, `skipped`, `parked`: the job is done
   * - `delayed`: it runs again after `delaySeconds`, which uses up no attempt
   * - `failed`: it is retried, or dead-lettered after its last attempt
   * - `dead_lettered`: it is dead-lettered now
   */
  readonly outcome: 'handled' | 'skipped' | 'parked' | 'delayed' | 'failed' | 'dead_lettered';
  /** Explains the outcome, for the log. */
  readonly reason?: string;
  /** What the run threw. */
  readonly error?: unknown;
  readonly delaySeconds?: number;
  /** Stored in the transaction that completes the job. */
  readonly record?: R;
  /** Position of the last job with the same ordering key that this run also handled; those jobs are done too. */
  readonly coalescedUpTo?: number;
}

/** Stores the records of runs, in the transaction that completes their jobs. */
export type RunRecorder<R> = (transaction: EntityManager, records: readonly R[]) => Promise<void>;

/** How many jobs a queue has. */
export interface QueueStats {
  /** The queue's name, which is the id of its handler. */
  readonly handler: string;
  /** Jobs that could run now. */
  readonly waiting: number;
  /** Jobs that wait for their next attempt or start time. */
  readonly delayed: number;
  readonly active: number;
  /** Jobs behind another one with the same ordering key. */
  readonly blocked: number;
  /** Jobs that wait for an install or a consent. */
  readonly parked: number;
  readonly deadLetters: number;
}

/** The queue of a queue's dead letters. */
export function deadLetterQueueOf(name: string): string {
  return `${name}.dead-letter`;
}
