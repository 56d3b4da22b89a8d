import { DomainError } from '../common/domain-error.js';
import { PlaneError } from '../plane/plane.error.js';

const FIRST_REJECTION = 400;
const FIRST_FAILURE = 500;
/** The token or the rate limit is the reason, not the activity. */
const LATER: ReadonlySet<number> = new Set([401, 408, 425, 429]);
/** The connection was never open, so that Plane got nothing. */
const NOT_CONNECTED: ReadonlySet<string | undefined> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Whether Plane has rejected what was posted: it would again. */
export function isRejected(error: unknown): error is PlaneError {
  if (!(error instanceof PlaneError) || error.kind !== 'answer' || !error.call.startsWith('POST ')) return false;
  const { planeStatus = 0 } = error;
  return planeStatus >= FIRST_REJECTION && planeStatus < FIRST_FAILURE && !LATER.has(planeStatus);
}

/** Whether Plane may have stored what was posted, although the call failed. */
export function isUncertain(error: unknown): boolean {
  if (!(error instanceof PlaneError)) return false;
  if (error.kind === 'answer') return (error.planeStatus ?? 0) >= FIRST_FAILURE;
  return !NOT_CONNECTED.has(error.planeCode);
}

const RETRY_SECONDS = 5;

/** Milliseconds after which an activity may be sent that certainly was not; `undefined` where it may have been. */
export function retryMsOf(error: unknown): number | undefined {
  return isUncertain(error) || isRejected(error) ? undefined : retrySecondsOf(error) * 1000;
}

/** Seconds after which a retry makes sense. */
export function retrySecondsOf(error: unknown): number {
  return (error instanceof DomainError ? error.retryAfterSeconds : undefined) ?? RETRY_SECONDS;
}
