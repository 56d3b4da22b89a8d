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
  /** Seconds that finished, waiting and dead-lettered jobs are kept. */
  readonly keepSeconds: number;
}

/** A job that was handed out. */
export interface QueuedJob<T> {
  readonly id: string;
  readonly data: T;
  /** 1 for the first. */
  readonly attempt: number;
  /** A failure of this attempt dead-letters the job. */
  readonly lastAttempt: boolean;
  /** Aborted when the job is taken away from this process. */
  readonly signal: AbortSignal;
}

/**
 * What becomes of a job whose run has ended: it is done; it is dead-lettered at once; or it is run again later, which
 * uses up no attempt. A run that rejects is a failed attempt.
 */
export type JobEnd = 'done' | { readonly deadLetter: string } | { readonly againInSeconds: number };

/** How full a queue is. */
export interface QueueLevel {
  /** Its name, which is its handler's id. */
  readonly handler: string;
  /** Jobs that could be taken now. */
  readonly waiting: number;
  /** Jobs that wait for their time: the next try. */
  readonly delayed: number;
  readonly active: number;
  readonly deadLetters: number;
}

/** The queue that a queue's failed jobs end in. */
export function deadLetterQueueOf(name: string): string {
  return `${name}.dead-letter`;
}
