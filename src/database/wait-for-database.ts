import { isDatabaseUnavailable } from '../common/database-unavailable.js';
import { codedError } from '../common/coded-error.js';
import { waitFor } from '../common/wait-for.js';

const RETRY_INTERVAL_MS = 1000;

const databaseAway = codedError(
  'database_away',
  503,
  'The database does not respond',
  (reason: string, seconds: number) => `the database of DATABASE_URL could not be reached for ${seconds} s (${reason})`,
);

/**
 * Runs `work`, and retries it while the database cannot be reached: server and database may start at the same time.
 *
 * @param seconds how long to retry; 0: one attempt, whose error is thrown unchanged
 * @param onRetry called before each retry with the reason and the seconds left
 * @throws {DomainError} `database_away`: not reached in that time. Any other error of `work` is thrown at once.
 */
export async function waitForDatabase<T>(
  seconds: number,
  work: () => Promise<T>,
  onRetry: (reason: string, leftSeconds: number) => void,
): Promise<T> {
  const endsAt = performance.now() + seconds * 1000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (seconds === 0 || !isDatabaseUnavailable(error)) throw error;
      const { code, message } = error as { code?: string; message: string };
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) throw databaseAway(code ?? message, seconds);
      onRetry(code ?? message, Math.ceil(leftMs / 1000));
      await waitFor(Math.min(RETRY_INTERVAL_MS, leftMs));
    }
  }
}
