import { type JobWithMetadata } from 'pg-boss';
import { type OrderingPosition, type NewJob, type QueuedJob } from './queue.js';

/** A job that this process holds, by the attempt that it was handed out for: an older attempt ends nothing. */
export interface LeasedJob {
  readonly id: string;
  readonly queue: string;
  readonly retryCount: number;
  /** The queue's own, less the failures before. */
  readonly retryLimit: number;
  readonly priority: number;
  /** As it is stored: what the run sees, and what {@link placeOf} and {@link attemptsBefore} read. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** What a queue keeps in a job's data beside what it was given. */
interface KeptData {
  readonly line?: unknown;
  readonly position?: unknown;
  readonly attemptsBefore?: unknown;
}

/**
 * What pg-boss may retry beyond a queue's own limit. It counts an attempt when a job is handed out, also where its
 * process dies then and nobody saw the job: that alone must not dead-letter it. Whoever dies of each attempt does.
 */
export const CRASH_RETRIES = 3;

/** Of what pg-boss handed out. */
export function leasedJob(job: JobWithMetadata): LeasedJob {
  const { id, name, retryCount, priority, data } = job;
  const retryLimit = Math.max(0, job.retryLimit - CRASH_RETRIES);
  return { id, queue: name, retryCount, retryLimit, priority, data: { ...data } };
}

/** Whether a failure of this attempt is the last. */
export function isLastAttempt({ retryCount, retryLimit }: LeasedJob): boolean {
  return retryCount >= retryLimit;
}

/** As its run sees it. */
export function queuedJob<T>(job: LeasedJob, signal: AbortSignal): QueuedJob<T> {
  const place = placeOf(job.data);
  return {
    id: job.id,
    data: job.data as T,
    attempt: attemptsBefore(job.data) + job.retryCount + 1,
    lastAttempt: isLastAttempt(job),
    signal,
    ...(place && { place }),
  };
}

/** Where a job with this data stands in a line; `undefined` for one that stands in none. */
export function placeOf({ line, position }: KeptData): OrderingPosition | undefined {
  return typeof line === 'string' && typeof position === 'number' ? { line, position } : undefined;
}

/** Failed attempts of the jobs that this one goes on for. */
export function attemptsBefore(data: KeptData): number {
  return typeof data.attemptsBefore === 'number' ? data.attemptsBefore : 0;
}

/** The job of this data added anew, in its trace: at the end of its line, where it stood in one. */
export function jobAgain(data: object): NewJob {
  const { line, position: _position, ...rest } = data as Readonly<Record<string, unknown>>;
  return { data: rest, trace: 'its own', ...(typeof line === 'string' && { line }) };
}
