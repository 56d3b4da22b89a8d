import { type PlaneFailure } from './plane.error.js';

/** How often a request of one call is sent again. */
export const MAX_RETRIES = 2;
const INITIAL_BACKOFF_MS = 200;
const BACKOFF_FACTOR = 4;
/** A longer wait is for the caller to decide. */
const MAX_RETRY_AFTER_SECONDS = 5;
/** RFC 9110 §9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** Whether the request may be sent again after this failure: it is idempotent, and the failure may pass. */
export function mayRetry(method: string | undefined, { kind, planeStatus = 0 }: PlaneFailure): boolean {
  if (!IDEMPOTENT.has((method ?? 'get').toUpperCase())) return false;
  return kind === 'network' || kind === 'timeout' || planeStatus >= 500;
}

/** Milliseconds before the next repeat, with jitter; `undefined` where Plane asks for more patience than is had here. */
export function retryAfterMs(
  repeatsBefore: number,
  { retryAfterSeconds = 0 }: PlaneFailure,
  random = Math.random(),
): number | undefined {
  if (retryAfterSeconds > MAX_RETRY_AFTER_SECONDS) return undefined;
  const pause = INITIAL_BACKOFF_MS * BACKOFF_FACTOR ** repeatsBefore * (0.75 + random / 2);
  return Math.max(pause, retryAfterSeconds * 1000);
}
