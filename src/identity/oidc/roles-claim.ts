import { type RoleMapping } from '../../config/operator-roles.js';
import { highestRole, OPERATOR_ROLES, type OperatorRole } from '../operator-role.js';

/** The claims of a token or of userinfo. */
export type Claims = Readonly<Record<string, unknown>>;

/** Whether the claims contain the claim at this path. */
export function hasClaim(claims: Claims, path: string): boolean {
  return claimAt(claims, path) !== undefined;
}

/**
 * The highest role that a claim maps to; `undefined` for none.
 *
 * @param path the claim's full name (`https://example.com/roles`); if there is no such claim, a path (`realm_access.roles`)
 * @param map empty: values are names of roles
 */
export function roleIn(
  claims: Claims,
  path: string | undefined,
  map: readonly RoleMapping[],
): OperatorRole | undefined {
  if (path === undefined) return undefined;
  if (path === 'email' && !isEmailVerified(claims)) return undefined;
  const values = valuesOf(claimAt(claims, path), path !== 'email');
  if (map.length === 0) return highestRole(OPERATOR_ROLES.filter((role) => values.has(role)));
  return highestRole(map.filter(({ value }) => values.has(value)).map(({ role }) => role));
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

/** The values of a claim; a string counts as a whole and, split at spaces and commas, as a list. */
function valuesOf(claim: unknown, split: boolean): ReadonlySet<string> {
  if (Array.isArray(claim)) return new Set(claim.filter((value) => typeof value === 'string'));
  if (typeof claim !== 'string') return new Set();
  return new Set(split ? [claim, ...claim.split(/[\s,]+/)] : [claim]);
}
