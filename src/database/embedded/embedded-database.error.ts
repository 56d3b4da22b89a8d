/** The embedded PostgreSQL cannot be used; the message says why and what to do. */
export class EmbeddedDatabaseError extends Error {
  constructor(problem: string, remedy: string) {
    super(embeddedDatabaseMessage(problem, remedy));
    this.name = 'EmbeddedDatabaseError';
  }
}

/** The text a person reads when the embedded PostgreSQL does not start. */
function embeddedDatabaseMessage(problem: string, remedy: string): string {
  return `The embedded PostgreSQL cannot be used: ${problem}.\n  What to do: ${remedy}.`;
}
