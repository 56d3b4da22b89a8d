/** What an operator may do, each role what the ones before may too. */
export const OPERATOR_ROLES = ['viewer', 'operator', 'admin'] as const;

/** `viewer` looks, `operator` acts on events and tokens, `admin` also on secrets and people. */
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** Which value of the roles claim gives a role; a value may give several, and a role may have several values. */
export interface RoleMapping {
  readonly role: OperatorRole;
  readonly value: string;
}

/** `role=value` pairs, separated by commas. @throws {Error} that names what is no role */
export function roleMappings(text: string): RoleMapping[] {
  const mappings = text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map(roleMapping);
  if (mappings.length === 0) throw new Error('must map at least one role');
  return mappings;
}

function roleMapping(entry: string): RoleMapping {
  const at = entry.indexOf('=');
  const [name, value] = [entry.slice(0, Math.max(at, 0)).trim(), entry.slice(at + 1).trim()];
  const role = OPERATOR_ROLES.find((candidate) => candidate === name);
  if (!role || value === '')
    throw new Error(
      `must be "role=value" pairs with a role of ${OPERATOR_ROLES.join(', ')}; "${entry}" is not`,
    );
  return { role, value };
}
