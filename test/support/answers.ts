import { type Attempt } from './webhook-load.js';

/** Plane takes an answer for a failure that comes later. */
const PATIENCE_MS = 30_000;

/**
 * The answers that a server must not give while its database is in trouble for a few seconds, far less than the
 * `WEBHOOK_HOLD_SECONDS` after which it may say 503.
 */
export function wrongAnswers(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(({ status, ms }) => (status !== 200 && status !== 202) || ms > PATIENCE_MS);
}
