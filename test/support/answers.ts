import { type Attempt } from './webhook-load.js';

/**
 * The answers that a server must not give while its database is in trouble for less than the `WEBHOOK_HOLD_SECONDS`
 * after which it may say 503.
 */
export function wrongAnswers(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(({ status }) => status !== 200 && status !== 202);
}
