import { type LeasedJob } from './leased-job.js';
import { type QueueSettings, type RunResult } from './queue.js';

/** What becomes of a job whose run has ended. */
export type JobFate = 'done' | 'delayed' | 'retried' | 'dead_lettered';

/** No retry is later than this, where delays grow. */
export const MAX_RETRY_DELAY_SECONDS = 3600;
/** The retry after which delays grow no more. */
const MAX_DOUBLINGS = 16;

/** What becomes of the job by its result and its attempts. */
export function fateOf({ lastAttempt }: Pick<LeasedJob, 'lastAttempt'>, { outcome }: RunResult): JobFate {
  if (outcome === 'handled' || outcome === 'skipped' || outcome === 'parked') return 'done';
  if (outcome === 'delayed') return 'delayed';
  return outcome === 'dead_lettered' || lastAttempt ? 'dead_lettered' : 'retried';
}

/** Whether the next job with the same ordering key may run: a delayed or retried job keeps its place. */
export function endsJob(job: Pick<LeasedJob, 'lastAttempt'>, result: RunResult): boolean {
  const fate = fateOf(job, result);
  return fate === 'done' || fate === 'dead_lettered';
}

/** The last position that the run took care of; `undefined` without an ordering key. */
export function lastPositionOf({ position }: Pick<LeasedJob, 'position'>, result: RunResult): number | undefined {
  return position && (result.coalescedUpTo ?? position.position);
}

/**
 * Seconds before a retry, as pg-boss computes them in SQL: with backoff at random from one to two times a delay, which is twice as long at each retry.
 *
 * @param retriesBefore of the same job
 */
export function retryDelaySeconds(
  { retryDelaySeconds: delay, backoff }: Pick<QueueSettings, 'retryDelaySeconds' | 'backoff'>,
  retriesBefore: number,
  random = Math.random(),
): number {
  if (!backoff) return delay;
  const doubled = Math.max(delay, 1) * 2 ** (Math.min(MAX_DOUBLINGS, retriesBefore + 1) - 1);
  return Math.min(MAX_RETRY_DELAY_SECONDS, doubled * (1 + random));
}
