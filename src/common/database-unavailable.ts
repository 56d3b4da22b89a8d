import { DomainError } from './domain-error.js';

const RETRY_AFTER_SECONDS = 5;
/** Node's codes of connections that fail, and PostgreSQL's classes 08 (connection) and 57P (it stops or starts). */
const AWAY = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|57P|53300)/;
const AWAY_TEXT = /connection terminated|timeout exceeded when trying to connect|connection ended/i;

/** An error of a database that does not answer, as a person is told of it; any other as it is. */
export function toDomainError(error: unknown): unknown {
  return isDatabaseUnavailable(error) ? databaseAway() : error;
}

/** Whether it tells of a database that does not answer, or not yet; trying again may help. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof DomainError) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && AWAY.test(code)) return true;
  const causes = error instanceof AggregateError ? error.errors : [];
  return AWAY_TEXT.test(error.message) || causes.some(isDatabaseUnavailable);
}

function databaseAway(): DomainError {
  return new DomainError({
    code: 'database_away',
    title: 'The database does not answer',
    detail:
      'Nothing can be shown or done until it does; webhooks are held meanwhile. "npx hangar doctor" looks at it.',
    status: 503,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
