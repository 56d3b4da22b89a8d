/** The parameters of an SQL statement that is built in parts. */
export class SqlParameters {
  readonly values: unknown[] = [];

  /** Adds a value and returns its placeholder: `$1` and so on. */
  of(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
