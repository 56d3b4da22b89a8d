import { isDatabaseUnavailable } from '../common/database-unavailable.js';
import { DomainError } from '../common/domain-error.js';
import { waitFor } from '../common/wait-for.js';

const PAUSE_MS = 1000;

/**
 * Does what needs the database, and does it again while the database cannot be reached, as at the start of both.
 *
 * @param seconds how long it is tried again; 0: once, and the error comes as it is
 * @param waits told before each pause why, and how many seconds are left
 * @throws {DomainError} `database_away`: it could not be reached in that time. Any other error of `work` at once.
 */
export async function waitForDatabase<T>(
  seconds: number,
  work: () => Promise<T>,
  waits: (reason: string, leftSeconds: number) => void,
): Promise<T> {
  const endsAt = performance.now() + seconds * 1000;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (seconds === 0 || !isDatabaseUnavailable(error)) throw error;
      const leftMs = endsAt - performance.now();
      if (leftMs <= 0) throw stillAway(reasonOf(error), seconds);
      waits(reasonOf(error), Math.ceil(leftMs / 1000));
      await waitFor(Math.min(PAUSE_MS, leftMs));
    }
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  return code ?? message;
}

function stillAway(reason: string, seconds: number): DomainError {
  return new DomainError({
    code: 'database_away',
    title: 'The database does not answer',
    detail: `the database of DATABASE_URL could not be reached for ${seconds} s (${reason})`,
    status: 503,
  });
}
