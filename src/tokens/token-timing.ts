import { Injectable } from '@nestjs/common';
import { PlaneError } from '../plane/plane.error.js';

/** A larger margin would have a short-lived token refreshed all the time. */
const MAX_MARGIN_FRACTION = 1 / 3;
/** Refreshed tokens fall due spread over this part of the time before their margin: an outage makes many due at once. */
const REFRESHED_SPREAD = 1 / 4;
/** New tokens are spread wider: a rollout or an import makes many at once. */
const NEW_SPREAD = 3 / 4;

/** The durations of refreshes. Constants of the product; a class, so that a test can run days in minutes. */
@Injectable()
export class TokenTiming {
  /** How long a refresh may take before another may start: a call to Plane (10 s), then retries of the database. */
  leaseSeconds = 30;
  /** Between the first failed refresh and the next; no pause is shorter. */
  minBackoffSeconds = 60;
  /** The longest pause between failed refreshes. */
  maxBackoffSeconds = 3600;
  /** After an internal error, which says nothing about the token. */
  internalErrorBackoffSeconds = 5;
  /** How long a caller waits for a refresh, by its own process or by another. */
  timeoutMs = 15_000;
  /** How often a caller polls for the end of another process's refresh. */
  pollMs = 50;
  /** How long a process uses a token without reading its row. */
  cacheMs = 5000;
  /** The longest pause between two polls for due tokens; shorter where a token falls due sooner. */
  maxPollMs = 5000;
  /** The longest pause while every call to Plane fails; it starts at {@link maxPollMs}. */
  maxOutagePollMs = 60_000;
  /** Refreshes at once in one scheduler process. */
  concurrency = 5;
  /** Refreshes a second in one scheduler process: limits the load on Plane after an outage. */
  refreshesPerSecond = 20;
  /** The monotonic clock, ms. */
  now = (): number => performance.now();
}

/**
 * The times of a token by the database's clock: the clocks of processes and of Plane may be wrong. Milliseconds count
 * from `readAt`.
 */
export interface TokenTimes {
  /** When the row was read, on this process's monotonic clock (`performance.now()`). */
  readonly readAt: number;
  /** When the token is due for a refresh. */
  readonly dueInMs: number;
  /** When Plane stops accepting the token. */
  readonly expiresInMs: number;
  /** No refresh is tried before. */
  readonly retryInMs: number;
}

/**
 * Seconds from when a token was obtained until it is due: the margin before its expiry, or earlier at random.
 *
 * @param origin `new` from a consent or an install
 * @param random from 0, the latest, to 1
 */
export function dueAfterSeconds(
  lifeSeconds: number,
  marginSeconds: number,
  origin: 'new' | 'refreshed',
  random = Math.random(),
): number {
  const latest = lifeSeconds - Math.min(marginSeconds, lifeSeconds * MAX_MARGIN_FRACTION);
  return latest * (1 - random * (origin === 'new' ? NEW_SPREAD : REFRESHED_SPREAD));
}

/** Whether the token is due for a refresh. */
export function isDue(token: TokenTimes, now = performance.now()): boolean {
  return now - token.readAt >= token.dueInMs;
}

/** Whether the token has not expired. */
export function isLive(token: TokenTimes, now = performance.now()): boolean {
  return now - token.readAt < token.expiresInMs;
}

/** Whether a failed refresh may be tried again. */
export function mayRetry(token: TokenTimes, now = performance.now()): boolean {
  return now - token.readAt >= token.retryInMs;
}

/** Seconds until a failed refresh is tried again: exponential with jitter, at least what Plane's `Retry-After` asks. */
export function backoffSeconds(
  { minBackoffSeconds, maxBackoffSeconds }: Pick<TokenTiming, 'minBackoffSeconds' | 'maxBackoffSeconds'>,
  failuresBefore: number,
  error: unknown,
  random = Math.random(),
): number {
  const doubled = Math.min(maxBackoffSeconds, minBackoffSeconds * 2 ** Math.min(failuresBefore, 10));
  const asked = (error instanceof PlaneError && error.retryAfterSeconds) || 0;
  return Math.max(minBackoffSeconds, asked, doubled * (0.75 + random / 2));
}
