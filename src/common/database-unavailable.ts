import { codedError } from './coded-error.js';
import { DomainError } from './domain-error.js';

const RETRY_AFTER_SECONDS = 5;
/** Node's codes of failed connections, and the SQLSTATE classes 08 (connection) and 57P (shutdown, startup). */
const AWAY = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|57P|53300)/;
const AWAY_TEXT = /connection terminated|timeout exceeded when trying to connect|connection ended/i;

const databaseAway = codedError(
  'database_away',
  503,
  'The database does not respond',
  'Nothing can be read or changed until it does; webhooks wait for it. Run "npx hangar doctor" to check it.',
  { retryAfterSeconds: RETRY_AFTER_SECONDS },
);

/** A {@link DomainError} for an error of a database that does not respond; any other error unchanged. */
export function toDomainError(error: unknown): unknown {
  return isDatabaseUnavailable(error) ? databaseAway() : error;
}

/** Whether the error means that the database does not respond (yet), so that a retry may succeed. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof DomainError) return false;
  if (isOfHttp(error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && AWAY.test(code)) return true;
  const causes = error instanceof AggregateError ? error.errors : [];
  return AWAY_TEXT.test(error.message) || causes.some(isDatabaseUnavailable);
}

/** An error of a request to this server, such as an aborted body, or of an HTTP client: their codes are those of any connection. */
function isOfHttp(error: Error): boolean {
  const { statusCode, status, isAxiosError } = error as {
    statusCode?: unknown;
    status?: unknown;
    isAxiosError?: unknown;
  };
  const aborted = error.message === 'aborted' || error.name === 'AbortError';
  return aborted || typeof statusCode === 'number' || typeof status === 'number' || isAxiosError === true;
}
