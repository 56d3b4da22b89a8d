import { type TokenStanding } from './token.js';

/** A margin larger than this part of its life would have a short-lived token renewed all the time. */
const LARGEST_MARGIN_PART = 1 / 3;
/** Renewed tokens fall due over this part of the time before their margin, so that an outage's crowd disperses. */
const RENEWED_SPREAD = 1 / 4;
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
  const latest = lifeSeconds - Math.min(marginSeconds, lifeSeconds * LARGEST_MARGIN_PART);
  return latest * (1 - random * (origin === 'new' ? NEW_SPREAD : RENEWED_SPREAD));
}

/** Whether the token is to be renewed. */
export function isDue(token: TokenStanding, now = performance.now()): boolean {
  return now - token.readAt >= token.dueInMs;
}

/** Whether Plane still takes the token, by the life that it named. */
export function isLive(token: TokenStanding, now = performance.now()): boolean {
  return now - token.readAt < token.expiresInMs;
}

/** Whether a renewal that failed may be tried again. */
export function mayRetry(token: TokenStanding, now = performance.now()): boolean {
  return now - token.readAt >= token.retryInMs;
}
