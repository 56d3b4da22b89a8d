import { commaSeparated } from './parsers.js';

/** The roles of operators; each includes the permissions of the ones before it. */
export const OPERATOR_ROLES = ['viewer', 'operator', 'admin'] as const;

/** `viewer` reads, `operator` also changes events and tokens, `admin` also secrets and people. */
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** A value of the roles claim and a role that it gives. A value may give several roles, and several values the same role. */
export interface RoleMapping {
  readonly role: OperatorRole;
  readonly value: string;
}

/** Parses `role=value` pairs, comma separated. @throws {Error} that names the invalid pair */
export function roleMappings(text: string): RoleMapping[] {
  const mappings = commaSeparated(text).map(roleMapping);
  if (mappings.length === 0) throw new Error('must map at least one role');
  return mappings;
}

function roleMapping(entry: string): RoleMapping {
  const at = entry.indexOf('=');
  const [name, value] = [entry.slice(0, Math.max(at, 0)).trim(), entry.slice(at + 1).trim()];
  const role = OPERATOR_ROLES.find((candidate) => candidate === name);
  if (!role || value === '')
    throw new Error(`must be "role=value" pairs with a role of ${OPERATOR_ROLES.join(', ')}; "${entry}" is not`);
  return { role, value };
}
