import { type AuditLogService } from '../../audit/audit-log.service.js';
import { fail, pass, type Finding } from './finding.js';

const LAST = 100;

/** Verifies the last entries of the audit log; verifying all would take long. */
export async function checkAuditLog(log: AuditLogService): Promise<Finding> {
  const check = 'audit log';
  const { ok, entries, faults } = await log.verifyEnd(LAST);
  if (ok) return pass(check, `the last ${entries} entries are intact`);
  const [first] = faults;
  return fail(
    check,
    `manipulated or damaged: ${first?.text}`,
    'Run "hangar audit verify", and compare with the logs of the processes',
  );
}
