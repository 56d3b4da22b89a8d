import { isDatabaseError } from './database-error.js';

/** SQLSTATE classes that the content of a row causes: data, integrity, limits. */
const ROW_ERRORS = /^(22|23|54)/;

/** Whether the database rejected the content of a row, so that a retry fails too. */
export function isRowError(error: unknown): boolean {
  return isDatabaseError(error) && typeof error.code === 'string' && ROW_ERRORS.test(error.code);
}
