import { type AuditLogService } from '../../audit/audit-log.service.js';
import { type OperatorsConfig } from '../../config/areas/operators.config.js';
import { pass, type Finding } from './finding.js';

const MS_PER_DAY = 86_400_000;
const DAYS = 7;

/** Shows the values of the roles claim at the last sign-in without a role, so that the mapping can be corrected. */
export async function checkRoleValues({ oidcRolesClaim }: OperatorsConfig, log: AuditLogService): Promise<Finding> {
  const check = 'role values';
  const since = new Date(Date.now() - DAYS * MS_PER_DAY);
  const { entries } = await log.page({ action: 'sign_in', outcome: 'refused', since }, { limit: 100 });
  const last = entries.find(({ details }) => Array.isArray(details['roleValues']));
  if (!last) return pass(check, `no sign-in without a role in the last ${DAYS} days`);
  const values = (last.details['roleValues'] as unknown[]).map((value) => JSON.stringify(value));
  return pass(
    check,
    `the last sign-in without a role, at ${last.at.toISOString()}, had in ${oidcRolesClaim}: ${values.join(', ') || 'nothing'}; OIDC_ROLES_MAP must name one of them exactly`,
  );
}
