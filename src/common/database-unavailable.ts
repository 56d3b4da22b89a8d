import { codedError } from './coded-error.js';
import { isConnectionLost, isDatabaseError } from './database-error.js';

const RETRY_AFTER_SECONDS = 5;
/** Node's codes of failed connections, and the SQLSTATE classes 08 (connection) and 57P (shutdown, startup). */
const AWAY = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08|57P|53300)/;
const AWAY_TEXT =
  /connection terminated|query read timeout|timeout expired|timeout exceeded when trying to connect|connection ended|is not queryable/i;
/**
 * SQLSTATEs of what another transaction, the load or the server's state causes: serialization and deadlock, resources, lock
 * timeout, canceled statement, read-only server, input and output.
 */
const TRANSIENT = /^(?:40|53|55P03|57014|25006|58)/;
/** SQLSTATE of a write on a read-only server, such as a former primary after a failover. */
export const READ_ONLY = '25006';

const databaseAway = codedError(
  'database_away',
  503,
  'The database does not respond',
  'Nothing can be read or changed until it does; webhooks wait for it. Run "npx hangar doctor" to check it.',
  { retryAfterSeconds: RETRY_AFTER_SECONDS },
);

/** Why the database responds and rejects writes, by SQLSTATE. */
const REJECTS_WRITES: Readonly<Record<string, string>> = {
  [READ_ONLY]: 'the database is read-only',
  '53100': 'the disk of the database is full',
};

const databaseRejectsWrites = codedError(
  'database_rejects_writes',
  503,
  'The database cannot be written',
  (reason: string) => `${reason}: nothing can be changed until that is corrected, and webhooks wait for it.`,
  { retryAfterSeconds: RETRY_AFTER_SECONDS },
);

/**
 * A {@link DomainError} for an error of a database that does not respond, is read-only or has no space left; any other
 * error unchanged.
 */
export function toDomainError(error: unknown): unknown {
  if (isDatabaseUnavailable(error)) return databaseAway();
  const reason = rejectedWrites(error);
  return reason === undefined ? error : databaseRejectsWrites(reason);
}

/** Why the database rejects every write, in words; `undefined` for an error that says nothing of the sort. */
export function rejectedWrites(error: unknown): string | undefined {
  return isDatabaseError(error) && typeof error.code === 'string' ? REJECTS_WRITES[error.code] : undefined;
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
