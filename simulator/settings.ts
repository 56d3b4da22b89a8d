import { type Shape } from './sending/notice.types.js';

/** What can be turned while the simulator runs (`POST /_simulator/settings`). */
export interface Settings {
  /** Life of new access tokens, seconds. */
  accessTokenSeconds: number;
  /** Token answers come without `expires_in`, as Plane's may. */
  omitExpiresIn: boolean;
  /** A refresh gives the same refresh token again instead of a new one. */
  sameRefreshToken: boolean;
  /** Requests to `/api/v1` a minute and token. */
  rateLimitPerMinute: number;
  /** How far Plane's clock is ahead of this machine's, seconds. */
  clockOffsetSeconds: number;
  /** How many times sooner than Plane a failed webhook is sent again: 1 is Plane's pace. */
  timeScale: number;
  /** How often a failed webhook is sent again before it is disabled. */
  retries: number;
  /** Between two attempts at Plane's pace, milliseconds, before jitter. */
  retryBaseMs: number;
  /** After this long without an answer an attempt has failed, milliseconds. */
  webhookTimeoutMs: number;
  /** A run without activity for this long becomes `stale`, milliseconds. */
  runStaleMs: number;
  /** The shape of webhooks for what is changed through Plane's API. */
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
