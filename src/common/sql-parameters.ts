/** The values of a statement that is put together: each gets the next number. */
export class SqlParameters {
  readonly values: unknown[] = [];

  /** How the statement names the value: `$1` and so on. */
  of(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
