import { type Shape } from './sending/notice.types.js';

/** Settings that can be changed while the simulator runs (`POST /_simulator/settings`). */
export interface Settings {
  /** Lifetime of new access tokens, seconds. */
  accessTokenSeconds: number;
  /** Token responses omit `expires_in`, as Plane's may. */
  omitExpiresIn: boolean;
  /** A refresh returns the same refresh token instead of a new one. */
  sameRefreshToken: boolean;
  /** Requests to `/api/v1` per minute and token. */
  rateLimitPerMinute: number;
  /** How far Plane's clock is ahead of this machine's, seconds. */
  clockOffsetSeconds: number;
  /** Divisor of the delay before a failed webhook is retried: 1 is Plane's delay. */
  timeScale: number;
  /** Retries of a failed webhook before the webhook is disabled. */
  retries: number;
  /** Plane's delay between two attempts, milliseconds, before jitter. */
  retryBaseMs: number;
  /** Timeout of an attempt, milliseconds. */
  webhookTimeoutMs: number;
  /** A run becomes `stale` after this time without activity, milliseconds. */
  runStaleMs: number;
  /** The webhook shape of changes made through Plane's API. */
  shape: Shape;
}

/** Plane's own values. */
export const PLANE_SETTINGS: Settings = {
  accessTokenSeconds: 86_400,
  omitExpiresIn: false,
  sameRefreshToken: false,
  rateLimitPerMinute: 60,
  clockOffsetSeconds: 0,
  timeScale: 1,
  retries: 5,
  retryBaseMs: 600_000,
  webhookTimeoutMs: 30_000,
  runStaleMs: 300_000,
  shape: 'v2',
};
