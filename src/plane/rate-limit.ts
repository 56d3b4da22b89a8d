type Headers = Readonly<Record<string, unknown>>;

/** The rate limit of a token, by an answer of Plane (docs/plane.md §5). */
export interface RateLimit {
  /** Calls that are left until the reset. */
  readonly remaining?: number;
  /** Seconds until the reset, by Plane's clock. */
  readonly resetInSeconds?: number;
}

/** Reads `X-RateLimit-Remaining` and `X-RateLimit-Reset` (Unix seconds on Plane's clock, which is in `Date`). */
export function rateLimitOf(headers: Headers): RateLimit {
  const remaining = numberIn(headers['x-ratelimit-remaining']);
  const reset = numberIn(headers['x-ratelimit-reset']);
  return {
    ...(remaining !== undefined && { remaining: Math.max(0, remaining) }),
    ...(reset !== undefined && { resetInSeconds: Math.max(0, reset - planeSeconds(headers)) }),
  };
}

/** Seconds to wait before a retry: `Retry-After` (RFC 9110 §10.2.3), else the reset of a spent limit. */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const asked = headers['retry-after'];
  const seconds = numberIn(asked);
  if (seconds !== undefined) return Math.max(0, seconds);
  const date = typeof asked === 'string' ? Date.parse(asked) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, Math.ceil(date / 1000 - planeSeconds(headers)));
  const { remaining, resetInSeconds } = rateLimitOf(headers);
  return remaining === 0 && resetInSeconds !== undefined ? Math.ceil(resetInSeconds) : undefined;
}

/** Plane's clock when it answered, in Unix seconds; this host's where the answer has no date. */
function planeSeconds(headers: Headers): number {
  const date = Date.parse(String(headers['date']));
  return Number.isNaN(date) ? Date.now() / 1000 : date / 1000;
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'string' && /^\d{1,12}(\.\d+)?$/.test(value) ? Number(value) : undefined;
}
