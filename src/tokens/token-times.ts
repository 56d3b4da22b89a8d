import { type TokenTimes } from './token.js';

/** A margin larger than this part of its life would have a short-lived token renewed all the time. */
const MAX_MARGIN_FRACTION = 1 / 3;
/** Renewed tokens fall due over this part of the time before their margin, so that an outage's crowd disperses. */
const REFRESHED_SPREAD = 1 / 4;
/** New ones over this part: those that were made together, by a rollout or an import, never meet again. */
const NEW_SPREAD = 3 / 4;

/**
 * Seconds after it was obtained that a token is to be renewed: the margin before its expiry, and earlier by chance.
 *
 * @param origin `new` from a consent or an install, `renewed` else
 * @param random from 0, the latest, to 1
 */
export function dueAfterSeconds(
  lifeSeconds: number,
  marginSeconds: number,
  origin: 'new' | 'renewed',
  random = Math.random(),
): number {
  const latest = lifeSeconds - Math.min(marginSeconds, lifeSeconds * MAX_MARGIN_FRACTION);
  return latest * (1 - random * (origin === 'new' ? NEW_SPREAD : REFRESHED_SPREAD));
}

/** Whether the token is to be renewed. */
export function isDue(token: TokenTimes, now = performance.now()): boolean {
  return now - token.readAt >= token.dueInMs;
}

/** Whether Plane still takes the token, by the life that it named. */
export function isLive(token: TokenTimes, now = performance.now()): boolean {
  return now - token.readAt < token.expiresInMs;
}

/** Whether a renewal that failed may be tried again. */
export function mayRetry(token: TokenTimes, now = performance.now()): boolean {
  return now - token.readAt >= token.retryInMs;
}
