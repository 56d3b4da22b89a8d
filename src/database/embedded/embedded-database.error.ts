/** The embedded PostgreSQL is not available; the message says why and what to do. */
export class EmbeddedDatabaseError extends Error {
  constructor(problem: string, remedy: string) {
    super(`The embedded PostgreSQL cannot be used: ${problem}.\n  What to do: ${remedy}.`);
    this.name = 'EmbeddedDatabaseError';
  }
}
