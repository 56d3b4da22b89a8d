/** The longest wait that is accepted, seconds: Plane's is a minute; a wrong number must not stop the work for good. */
export const MAX_WAIT_SECONDS = 3600;
/** A number that is larger is a time in Unix seconds (since 2001), not a duration. */
const FIRST_UNIX_SECONDS = 1_000_000_000;
/** A number that is larger is a time in milliseconds. */
const FIRST_UNIX_MS = 100_000_000_000;

type Headers = Readonly<Record<string, unknown>>;

/** The rate limit of a token, by an answer of Plane (docs/plane.md §5). */
export interface RateLimit {
  /** Calls that are left until the reset. */
  readonly remaining?: number;
  /** Seconds until the reset, by Plane's clock; an hour at most. */
  readonly resetInSeconds?: number;
}

/** Reads `X-RateLimit-Remaining` and `X-RateLimit-Reset` (Unix seconds on Plane's clock, which is in `Date`). */
export function rateLimitOf(headers: Headers): RateLimit {
  const remaining = numberIn(headers['x-ratelimit-remaining']);
  const reset = numberIn(headers['x-ratelimit-reset']);
  return {
    ...(remaining !== undefined && { remaining: Math.max(0, remaining) }),
    ...(reset !== undefined && { resetInSeconds: secondsUntil(reset, headers) }),
  };
}

/**
 * Seconds to wait before a retry, an hour at most: `Retry-After` (RFC 9110 §10.2.3; some proxies send a Unix time), else
 * the reset of a spent limit.
 */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const asked = headers['retry-after'];
  const seconds = numberIn(asked);
  if (seconds !== undefined) return secondsUntil(seconds, headers);
  const date = typeof asked === 'string' ? Date.parse(asked) : Number.NaN;
  if (!Number.isNaN(date)) return Math.ceil(bounded(date / 1000 - planeSeconds(headers)));
  const { remaining, resetInSeconds } = rateLimitOf(headers);
  return remaining === 0 && resetInSeconds !== undefined ? Math.ceil(resetInSeconds) : undefined;
}

/** @param value a duration in seconds, or a Unix time in seconds or milliseconds */
function secondsUntil(value: number, headers: Headers): number {
  if (value < FIRST_UNIX_SECONDS) return bounded(value);
  return bounded((value < FIRST_UNIX_MS ? value : value / 1000) - planeSeconds(headers));
}

function bounded(seconds: number): number {
  return Math.min(MAX_WAIT_SECONDS, Math.max(0, seconds));
}

/** Plane's clock when it answered, in Unix seconds; this host's where the answer has no date. */
function planeSeconds(headers: Headers): number {
  const date = Date.parse(String(headers['date']));
  return Number.isNaN(date) ? Date.now() / 1000 : date / 1000;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'string' && /^\s*\d{1,16}(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}
