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

/**
 * Parses `role=value` pairs, comma separated, or a JSON object for values with commas: `{"value": "role"}` or
 * `{"role": ["value"]}`.
 *
 * @throws {Error} that names the invalid entry
 */
export function roleMappings(text: string): RoleMapping[] {
  const mappings = text.trim().startsWith('{') ? jsonMappings(text) : commaSeparated(text).map(roleMapping);
  if (mappings.length === 0) throw new Error('must map at least one role');
  return mappings;
}

function jsonMappings(text: string): RoleMapping[] {
  return Object.entries(parsedObject(text)).flatMap(([key, value]): RoleMapping[] => {
    const [roleOfKey, roleOfValue] = [roleNamed(key), roleNamed(value)];
    if (roleOfValue && key !== '') return [{ role: roleOfValue, value: key }];
    if (roleOfKey && isTexts(value)) return value.map((each) => ({ role: roleOfKey, value: each }));
    throw new Error(
      `must map values to a role of ${OPERATOR_ROLES.join(', ')}, as {"cn=admins,dc=example": "admin"}; ${JSON.stringify(key)} does not`,
    );
  });
}

function parsedObject(text: string): object {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // reported below
  }
  throw new Error('must be valid JSON if it starts with "{"');
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string' && each !== '');
}

function roleNamed(name: unknown): OperatorRole | undefined {
  return OPERATOR_ROLES.find((candidate) => candidate === name);
}

/** Parses the separator of a claim that is a text: the separator itself, or `space`. */
export function rolesSeparator(text: string): string {
  return text === 'space' ? ' ' : text;
}

function roleMapping(entry: string): RoleMapping {
  const at = entry.indexOf('=');
  const [name, value] = [entry.slice(0, Math.max(at, 0)).trim(), entry.slice(at + 1).trim()];
  const role = roleNamed(name);
  if (!role || value === '')
    throw new Error(`must be "role=value" pairs with a role of ${OPERATOR_ROLES.join(', ')}; "${entry}" is not`);
  return { role, value };
}
