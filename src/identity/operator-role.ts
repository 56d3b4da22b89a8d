/** What an operator may do, each role what the ones before may too. */
export const OPERATOR_ROLES = ['viewer', 'operator', 'admin'] as const;

/** `viewer` looks, `operator` acts on events and tokens, `admin` also on secrets and people. */
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** Whether a role includes another. */
export function includesRole(has: OperatorRole, needed: OperatorRole): boolean {
  return OPERATOR_ROLES.indexOf(has) >= OPERATOR_ROLES.indexOf(needed);
}

/** The highest of them; `undefined` where there is none. */
export function highestRole(roles: readonly OperatorRole[]): OperatorRole | undefined {
  return OPERATOR_ROLES.findLast((role) => roles.includes(role));
}
