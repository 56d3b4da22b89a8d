import { OPERATOR_ROLES, type OperatorRole } from '../config/operator-roles.js';

export { OPERATOR_ROLES, type OperatorRole };

/** Whether a role includes another. */
export function includesRole(has: OperatorRole, needed: OperatorRole): boolean {
  return OPERATOR_ROLES.indexOf(has) >= OPERATOR_ROLES.indexOf(needed);
}

/** The highest of these roles; `undefined` for an empty list. */
export function highestRole(roles: readonly OperatorRole[]): OperatorRole | undefined {
  return OPERATOR_ROLES.findLast((role) => roles.includes(role));
}
