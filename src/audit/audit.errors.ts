import { DomainError } from '../common/domain-error.js';
import { type AuditEntry } from './audit-entry.js';

/** The audit log cannot be written, and what would have been audited was not done. */
export function auditUnavailable(): DomainError {
  return new DomainError({
    code: 'audit_unavailable',
    title: 'The audit log cannot be written',
    detail:
      'The audit log cannot be written, so nothing was done: is the database there, does it take writes, and may its role insert into audit_log?',
    status: 503,
    retryAfterSeconds: 5,
  });
}

/** Something was done, and the audit log does not hold it. */
export function auditNotBooked({ action, target }: Pick<AuditEntry, 'action' | 'target'>): DomainError {
  const what = target === undefined ? action : `${action} of ${target}`;
  return new DomainError({
    code: 'audit_not_booked',
    title: 'Done, but not in the audit log',
    detail: `${what} was done, but the audit log could not be written: the log of this process has the entry. Do not repeat it unseen.`,
    status: 500,
  });
}
