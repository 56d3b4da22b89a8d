import { type Token } from './token.js';

/** A margin larger than this part of its life would have a short-lived token renewed all the time. */
const LARGEST_MARGIN_PART = 1 / 3;

/** Whether the token is near enough to its expiry to be renewed. */
export function isDue(
  token: Pick<Token, 'obtainedAt' | 'expiresAt'>,
  marginSeconds: number,
  now: Date,
): boolean {
  const lifeMs = token.expiresAt.getTime() - token.obtainedAt.getTime();
  const marginMs = Math.min(marginSeconds * 1000, lifeMs * LARGEST_MARGIN_PART);
  return now.getTime() >= token.expiresAt.getTime() - marginMs;
}

/** Whether Plane still takes the token, by the expiry that it named. */
export function isLive(token: Pick<Token, 'expiresAt'>, now: Date): boolean {
  return now.getTime() < token.expiresAt.getTime();
}
