import { type PlaneFailure } from './plane.error.js';

/** The retries of one call. */
export const MAX_RETRIES = 2;
const INITIAL_BACKOFF_MS = 200;
const BACKOFF_FACTOR = 4;
/** A longer wait is left to the caller. */
const MAX_RETRY_AFTER_SECONDS = 5;
/** RFC 9110 §9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Whether the request may be retried: it is idempotent, and the failure is transient. */
export function mayRetry(method: string | undefined, { kind, planeStatus = 0 }: PlaneFailure): boolean {
  if (!IDEMPOTENT.has((method ?? 'get').toUpperCase())) return false;
  return kind === 'network' || kind === 'timeout' || planeStatus >= 500;
}

/** Milliseconds before the next retry, with jitter; `undefined` where Plane asks for a longer wait than is allowed here. */
export function retryAfterMs(
  retriesBefore: number,
  { retryAfterSeconds = 0 }: PlaneFailure,
  random = Math.random(),
): number | undefined {
  if (retryAfterSeconds > MAX_RETRY_AFTER_SECONDS) return undefined;
  const pause = INITIAL_BACKOFF_MS * BACKOFF_FACTOR ** retriesBefore * (0.75 + random / 2);
  return Math.max(pause, retryAfterSeconds * 1000);
}
