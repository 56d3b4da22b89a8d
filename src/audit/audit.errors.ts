import { codedError } from '../common/coded-error.js';
import { type AuditEntry } from './audit-entry.js';

/** The audit log cannot be written, so the audited operation was not run. */
export const auditUnavailable = codedError(
  'audit_unavailable',
  503,
  'The audit log cannot be written',
  'The audit log cannot be written, so nothing was done. Check that the database is reachable and writable, and that its role may insert into audit_log.',
  { retryAfterSeconds: 5 },
);

/** The operation succeeded, but the audit log has no entry of it. */
export const auditNotBooked = codedError(
  'audit_not_booked',
  500,
  'Done, but not in the audit log',
  ({ action, target }: Pick<AuditEntry, 'action' | 'target'>) =>
    `${target === undefined ? action : `${action} of ${target}`} was done, but could not be written to the audit log; the log of this process has the entry. Check the result before you repeat it.`,
);
