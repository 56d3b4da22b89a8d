import { type AuditLogService } from '../../audit/audit-log.service.js';
import { fail, pass, type Finding } from './finding.js';

const LAST = 100;

/** Whether the end of the audit log is as it was written; the whole takes its time. */
export async function checkAuditLog(log: AuditLogService): Promise<Finding> {
  const check = 'audit log';
  const { ok, entries, faults } = await log.verifyEnd(LAST);
  if (ok) return pass(check, `the last ${entries} entries are as they were written`);
  const [first] = faults;
  return fail(
    check,
    `it was tampered with, or is damaged: ${first?.text}`,
    'Run "hangar audit verify", and compare with the log of the processes',
  );
}
