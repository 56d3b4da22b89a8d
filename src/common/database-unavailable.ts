import { codedError } from './coded-error.js';
import { isConnectionLost, isDatabaseError } from './database-error.js';

const RETRY_AFTER_SECONDS = 5;
/** Node's codes of failed connections, and the SQLSTATE classes 08 (connection) and 57P (shutdown, startup). */
const AWAY = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|57P|53300)/;
const AWAY_TEXT = /connection terminated|timeout exceeded when trying to connect|connection ended|is not queryable/i;
/**
 * SQLSTATEs of what another transaction, the load or the server's state causes: serialization and deadlock, resources, lock
 * timeout, canceled statement, read-only server, input and output.
 */
const TRANSIENT = /^(?:40|53|55P03|57014|25006|58)/;

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
  return isDatabaseError(error) && isAway(error);
}

/** Whether the same statements may succeed later, whatever their content: the database is away, busy or read-only. */
export function isTransientDatabaseError(error: unknown): boolean {
  if (!isDatabaseError(error)) return false;
  return isAway(error) || (typeof error.code === 'string' && TRANSIENT.test(error.code));
}

function isAway(error: Error & { readonly code?: unknown }): boolean {
  if (typeof error.code === 'string' && AWAY.test(error.code)) return true;
  if (isConnectionLost(error)) return true;
  const causes = error instanceof AggregateError ? error.errors : [];
  return AWAY_TEXT.test(error.message) || causes.some((cause) => cause instanceof Error && isAway(cause));
}
