import { escapeControls } from '../../common/control-characters.js';
import { type RoleMapping } from '../../config/operator-roles.js';
import { highestRole, OPERATOR_ROLES, type OperatorRole } from '../operator-role.js';

const MAX_SHOWN = 20;
const MAX_SHOWN_LENGTH = 100;

/** The claims of a token or of userinfo. */
export type Claims = Readonly<Record<string, unknown>>;

/** Whether the claims contain the claim at this path. */
export function hasClaim(claims: Claims, path: string): boolean {
  return claimAt(claims, path) !== undefined;
}

/** How roles are read from the claims of a token. */
export interface RolesRule {
  /**
   * The claim's full name (`https://example.com/roles`); if there is no such claim, a path (`realm_access.roles`). Absent: no
   * user has a role.
   */
  readonly oidcRolesClaim?: string;
  /** Empty: values are names of roles. */
  readonly oidcRolesMap: readonly RoleMapping[];
  /** Separates the values of a claim that is a text; absent: the text is one value. */
  readonly oidcRolesSeparator?: string;
}

/** The highest role that a claim maps to; `undefined` for none. */
export function roleIn(claims: Claims, rule: RolesRule): OperatorRole | undefined {
  const values = new Set(roleValuesIn(claims, rule));
  const { oidcRolesMap: map } = rule;
  if (map.length === 0) return highestRole(OPERATOR_ROLES.filter((role) => values.has(role)));
  return highestRole(map.filter(({ value }) => values.has(value)).map(({ role }) => role));
}

/** The values that the roles claim has. An e-mail address is one value, and none until the provider has verified it. */
export function roleValuesIn(claims: Claims, { oidcRolesClaim: path, oidcRolesSeparator }: RolesRule): string[] {
  if (path === undefined || (path === 'email' && !isEmailVerified(claims))) return [];
  const claim = claimAt(claims, path);
  if (Array.isArray(claim)) return claim.filter((value) => typeof value === 'string');
  if (typeof claim !== 'string') return [];
  if (oidcRolesSeparator === undefined || path === 'email') return [claim];
  return claim.split(oidcRolesSeparator).map((value) => value.trim());
}

/** Some of these values, for a page or a log: at most 20, each at most 100 characters. */
export function shownValues(values: readonly string[]): string[] {
  const shown = values.slice(0, MAX_SHOWN).map(shownValue);
  return values.length > MAX_SHOWN ? [...shown, `and ${values.length - MAX_SHOWN} more`] : shown;
}

/** One value, for a page or a log: at most 100 characters. */
export function shownValue(value: unknown): string {
  return typeof value === 'string' ? escapeControls(value.slice(0, MAX_SHOWN_LENGTH)) : 'nothing';
}

/** Whether the provider has verified the email address; some send the boolean as a string. */
export function isEmailVerified({ email_verified: verified }: Claims): boolean {
  return verified === true || verified === 'true';
}

function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path.split('.').reduce<unknown>((place, key) => {
    const inside = typeof place === 'object' && place !== null && Object.hasOwn(place, key);
    return inside ? (place as Claims)[key] : undefined;
  }, claims);
}
