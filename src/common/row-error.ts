/** PostgreSQL's classes of errors that a row's own content makes: data, integrity, limits. */
const ROW_FAULTS = /^(22|23|54)/;

/** Whether the database refused what it was given, and would refuse it again. */
export function isRowError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && ROW_FAULTS.test(code);
}
