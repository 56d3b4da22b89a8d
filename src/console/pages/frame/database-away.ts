import { DomainError } from '../../../common/domain-error.js';

const RETRY_AFTER_SECONDS = 5;
/** Node's codes of connections that fail, and PostgreSQL's classes 08 (connection) and 57P (it stops or starts). */
const AWAY = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|57P|53300)/;
const AWAY_TEXT = /connection terminated|timeout exceeded when trying to connect|connection ended/i;

/** Whether it was the database that did not answer. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof DomainError) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && AWAY.test(code)) return true;
  const causes = error instanceof AggregateError ? error.errors : [];
  return AWAY_TEXT.test(error.message) || causes.some(isDatabaseAway);
}

/** What is told then. */
export function databaseAway(): DomainError {
  return new DomainError({
    code: 'database_away',
    title: 'The database does not answer',
    detail:
      'Nothing can be shown until it does. Webhooks are held meanwhile, and Plane sends again what it got no answer to.',
    status: 503,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}
