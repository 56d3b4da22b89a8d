import { type JobWithMetadata } from 'pg-boss';
import { type NewJob } from './queue.js';

/** The place of a job among those with the same ordering key. */
export interface OrderingPosition {
  readonly key: string;
  readonly position: number;
}

/** What the queue stores in a job's data beside what it was given. */
interface StoredFields {
  /** The ordering key. */
  readonly line?: unknown;
  readonly position?: unknown;
  readonly attemptsBefore?: unknown;
  /** `true`: an earlier job or an earlier run did the same work. */
  readonly again?: unknown;
}

/**
 * Retries beyond a queue's own limit. pg-boss counts an attempt when it hands out a job, also where the process dies
 * before the run starts: that alone must not dead-letter the job. A job that kills its process each time is.
 */
export const CRASH_RETRIES = 3;

/** A job that this process took from a queue. Only the attempt that it was leased for can complete it. */
export class LeasedJob<T extends object = object> {
  readonly id: string;
  readonly queue: string;
  /** As it is stored, with the queue's own fields. */
  readonly data: T;
  /** How often pg-boss handed out this job before. */
  readonly retryCount: number;
  /** The queue's own limit, less the failures of the jobs that this one continues. */
  readonly retryLimit: number;
  readonly priority: number;
  /** 1 for the first run. */
  readonly attempt: number;
  /** Nothing ran this before: no retry, no replay, no job that was delayed, handed back, parked or dead-lettered. */
  readonly firstRun: boolean;
  /** `undefined` without an ordering key. */
  readonly position: OrderingPosition | undefined;
  private readonly revocation = new AbortController();

  constructor({ id, name, retryCount, retryLimit, priority, data }: JobWithMetadata<T>) {
    const { line, position, attemptsBefore, again }: StoredFields = data ?? {};
    this.id = id;
    this.queue = name;
    this.data = { ...data };
    this.retryCount = retryCount;
    this.retryLimit = Math.max(0, retryLimit - CRASH_RETRIES);
    this.priority = priority;
    this.attempt = (typeof attemptsBefore === 'number' ? attemptsBefore : 0) + retryCount + 1;
    this.firstRun = this.attempt === 1 && again !== true;
    this.position = typeof line === 'string' && typeof position === 'number' ? { key: line, position } : undefined;
  }

  /** A failure of this attempt dead-letters the job. */
  get lastAttempt(): boolean {
    return this.retryCount >= this.retryLimit;
  }

  /** Aborted when the lease is lost: the job timed out, or another process has it. */
  get signal(): AbortSignal {
    return this.revocation.signal;
  }

  /** Aborted when a run of this job that begins now has taken so long. A method, so that time can be virtual in tests. */
  deadline(seconds: number): AbortSignal {
    return AbortSignal.timeout(seconds * 1000);
  }

  /** The lease is lost. */
  revoke(): void {
    this.revocation.abort();
  }
}

/** A job with the data of an earlier one, in its trace and with its ordering key, behind those that wait by now. */
export function requeued(data: object): NewJob {
  const { line, position: _position, ...rest } = data as StoredFields;
  return { data: { ...rest, again: true }, trace: 'its own', ...(typeof line === 'string' && { orderingKey: line }) };
}
