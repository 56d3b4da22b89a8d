import { OPERATOR_ROLES, type OperatorRole } from '../config/operator-roles.js';

export { OPERATOR_ROLES, type OperatorRole };

/** Whether a role includes another. */
export function includesRole(has: OperatorRole, needed: OperatorRole): boolean {
  return OPERATOR_ROLES.indexOf(has) >= OPERATOR_ROLES.indexOf(needed);
}

/** The highest of them; `undefined` where there is none. */
export function highestRole(roles: readonly OperatorRole[]): OperatorRole | undefined {
  return OPERATOR_ROLES.findLast((role) => roles.includes(role));
}
