import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';

/** The errors of the connections to our database, by identity: what an error looks like says nothing about its source. */
const marked = new WeakSet<object>();

/** Marks what a connection to our database rejected with. */
export function markDatabaseError(error: unknown): void {
  if (typeof error === 'object' && error !== null) marked.add(error);
}

/** Whether a connection to our database rejected with this; also within the error that TypeORM makes of it. */
export function isDatabaseError(error: unknown): error is Error & { readonly code?: unknown } {
  if (!(error instanceof Error)) return false;
  const { driverError } = error as { driverError?: unknown };
  if (marked.has(error) || isConnectionLost(error)) return true;
  return typeof driverError === 'object' && driverError !== null && marked.has(driverError);
}

/** Whether it is what TypeORM itself throws for a statement after the connection of its transaction was lost. */
export function isConnectionLost(error: Error): boolean {
  return error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError;
}
