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
  /** They are counted over any 60 seconds, as the community edition does, instead of in windows of a minute. */
  slidingRateLimit: boolean;
  /** How far Plane's clock is ahead of this machine's, seconds. */
  clockOffsetSeconds: number;
  /** How far the times of changes are ahead of this machine's clock, seconds: negative for changes in the past. */
  changeOffsetSeconds: number;
  /** Divisor of the delay before a failed webhook is retried: 1 is Plane's delay. */
  timeScale: number;
  /** Retries of a failed webhook before the webhook is disabled. */
  retries: number;
  /** Plane's delay between two attempts, milliseconds, before jitter. */
  retryBaseMs: number;
  /** Timeout of an attempt, milliseconds. */
  webhookTimeoutMs: number;
  /** A run becomes `stale` after this time without an activity, milliseconds; multiplied by `agentTimeScale`. */
  runStaleMs: number;
  /** Factor of the times of runs and of faults with `forSeconds`: 0.1 makes a run stale after 30 seconds. */
  agentTimeScale: number;
  /** A run's activities are listed newest first; Plane's documentation does not say in which order. */
  activitiesNewestFirst: boolean;
  /** The list of a run's activities leaves out ephemeral ones that were superseded. */
  hideSuperseded: boolean;
  /** The webhook shape of changes made through Plane's API. */
  shape: Shape;
}

/** Plane's own values. */
export const PLANE_SETTINGS: Settings = {
  accessTokenSeconds: 86_400,
  omitExpiresIn: false,
  sameRefreshToken: false,
  rateLimitPerMinute: 60,
  slidingRateLimit: false,
  clockOffsetSeconds: 0,
  changeOffsetSeconds: 0,
  timeScale: 1,
  retries: 5,
  retryBaseMs: 600_000,
  webhookTimeoutMs: 30_000,
  runStaleMs: 300_000,
  agentTimeScale: 1,
  activitiesNewestFirst: false,
  hideSuperseded: false,
  shape: 'v2',
};
