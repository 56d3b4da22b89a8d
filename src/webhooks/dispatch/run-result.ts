import { DomainError } from '../../common/domain-error.js';
import { serializeError } from '../../common/serialize-error.js';
import { PlaneError } from '../../plane/plane.error.js';
import { type RunResult } from '../../queue/queue.js';
import { DoNotRetry, RetryLater } from '../discovery/retry.errors.js';

const TOO_MANY_REQUESTS = 429;
const RATE_LIMIT_DELAY_SECONDS = 60;
const INTERNAL_ERROR_DELAY_SECONDS = 1;
const UNKNOWN_ROW_DELAY_SECONDS = 10;
/** Another attempt would only repeat hundreds of calls, or cannot succeed. */
const FINAL_CODES = new Set(['work_item_not_found', 'work_item_lookup_given_up', 'oauth_unavailable']);

const KEY_CODES = new Set(['plane_key_rejected', 'plane_workspace_denied']);

/** The handler does not want the event. */
export function skipped(why: string): RunResult<never> {
  return { outcome: 'skipped', reason: `skipped: ${why}` };
}

/** The event could not be read because of an error that is not the handler's: that uses up no attempt. */
export function internalError(): RunResult<never> {
  return delayed(INTERNAL_ERROR_DELAY_SECONDS, 'the event could not be read from the database');
}

/** Other runs of the connection use the places that it may use of the queue. */
export function connectionBusy(delaySeconds: number): RunResult<never> {
  return delayed(delaySeconds, 'other runs of its connection take their places');
}

/** The connection's Plane does not answer: that uses up no attempt. */
export function connectionDown(delaySeconds: number, connectionId: string): RunResult<never> {
  return delayed(delaySeconds, `Plane does not answer on the connection ${connectionId}`);
}

/** The row of a job is not in the database, although it should be: that uses up no attempt. */
export function unknown(row: 'delivery' | 'installation'): RunResult<never> {
  return delayed(UNKNOWN_ROW_DELAY_SECONDS, `its ${row} is unknown`);
}

/** The handler ended the run with a reason. */
export function handledWith(reason: string): RunResult<never> {
  return { outcome: 'handled', reason: `skipped by the handler: ${reason}` };
}

/** The event waits for an install or a consent. */
export function parked(until: string): RunResult<never> {
  return { outcome: 'parked', reason: `parked until ${until}` };
}

/** The result of a run that threw: the error may ask for a later run or for none, else the attempt failed. */
export function resultOfError(error: unknown, lastAttempt: boolean): RunResult<never> {
  const { message: reason } = serializeError(error);
  if (error instanceof DoNotRetry)
    return { outcome: 'dead_lettered', reason: `dead-lettered by the handler: ${reason}` };
  if (error instanceof RetryLater) return delayed(error.seconds, reason);
  const code = error instanceof DomainError ? error.code : undefined;
  if (code === 'run_given_up') return delayed(0, 'the process stops, or another has the job');
  if (code !== undefined && FINAL_CODES.has(code)) return { outcome: 'dead_lettered', reason, error };
  if (code === 'work_item_lookup_continues') {
    const { retryAfterSeconds = RATE_LIMIT_DELAY_SECONDS } = error as DomainError;
    return delayed(retryAfterSeconds, reason);
  }
  if (code === 'once_in_progress') return delayed((error as DomainError).retryAfterSeconds ?? 0, reason);
  if (code === 'plane_budget_spent' || isRateLimited(error)) {
    const { retryAfterSeconds = RATE_LIMIT_DELAY_SECONDS } = error as DomainError;
    return delayed(retryAfterSeconds, "Plane's rate limit is used up");
  }
  return { outcome: lastAttempt ? 'dead_lettered' : 'failed', reason, error };
}

/** Whether Plane denies access to the API key as such: only an operator can change that. */
export function isKeyProblem(error: unknown): boolean {
  return error instanceof DomainError && KEY_CODES.has(error.code);
}

function isRateLimited(error: unknown): boolean {
  return error instanceof PlaneError && error.planeStatus === TOO_MANY_REQUESTS;
}

function delayed(delaySeconds: number, why: string): RunResult<never> {
  return { outcome: 'delayed', delaySeconds, reason: `delayed by ${Math.ceil(delaySeconds)} s: ${why}` };
}
