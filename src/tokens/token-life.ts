import { type Token } from './token.js';

/** A margin larger than this part of its life would have a short-lived token renewed all the time. */
const LARGEST_MARGIN_PART = 1 / 3;
/** Tokens that were made together fall due over this part of the time before their margin. */
const JITTER_PART = 1 / 4;

/** The life of a token. */
type Life = Pick<Token, 'obtainedAt' | 'expiresAt'>;

/**
 * When a token is to be renewed: the margin before its expiry, and somewhat earlier by chance.
 *
 * @param random from 0, the latest, to 1
 */
export function dueAt({ obtainedAt, expiresAt }: Life, marginSeconds: number, random = Math.random()): Date {
  const lifeMs = expiresAt.getTime() - obtainedAt.getTime();
  const marginMs = Math.min(marginSeconds * 1000, lifeMs * LARGEST_MARGIN_PART);
  const jitterMs = (lifeMs - marginMs) * JITTER_PART * random;
  return new Date(expiresAt.getTime() - marginMs - jitterMs);
}

/** Whether the token is to be renewed. */
export function isDue(token: Pick<Token, 'dueAt'>, now: Date): boolean {
  return now.getTime() >= token.dueAt.getTime();
}

/** Whether Plane still takes the token, by the expiry that it named. */
export function isLive(token: Pick<Token, 'expiresAt'>, now: Date): boolean {
  return now.getTime() < token.expiresAt.getTime();
}
