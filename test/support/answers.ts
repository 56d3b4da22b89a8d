import { type Attempt } from './webhook-load.js';

/**
 * What a server must not answer while its database is in trouble for less than the `WEBHOOK_HOLD_SECONDS` after which it may
 * close connections: nothing, or anything but that the webhook is stored, which Plane's community edition takes for a delivery.
 */
export function wrongAnswers(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(({ status }) => status !== 200 && status !== 202);
}
