import { type Attempt } from './webhook-load.js';

/** The default of `WEBHOOK_HOLD_SECONDS`. */
const HOLD_MS = 20_000;
/** Plane takes an answer for a failure that comes later. */
const PATIENCE_MS = 30_000;

/** The answers that a server must not give while its database is in trouble: a 2xx in time, else a 503 at the end. */
export function wrongAnswers(attempts: readonly Attempt[]): Attempt[] {
  return attempts.filter(({ status, ms }) => {
    const isRight = status === 200 || status === 202 || (status === 503 && ms >= HOLD_MS);
    return !isRight || ms > PATIENCE_MS;
  });
}
