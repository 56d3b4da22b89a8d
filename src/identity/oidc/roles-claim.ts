import { type RoleMapping } from '../../config/operator-roles.js';
import { highestRole, OPERATOR_ROLES, type OperatorRole } from '../operator-role.js';

/** What a token or userinfo says. */
export type Claims = Readonly<Record<string, unknown>>;

/** Whether the claims hold anything at this place. */
export function hasClaim(claims: Claims, path: string): boolean {
  return claimAt(claims, path) !== undefined;
}

/**
 * The highest role that a claim gives; `undefined` for none.
 *
 * @param path the claim's whole name (`https://example.com/roles`), or where there is none, a path (`realm_access.roles`)
 * @param map empty: a value that is the name of a role gives it
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

/** Whether the provider answers for the address; some say it as a text. */
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

/** A list as it is; a text whole, and in pieces where it is a list in one text. */
function valuesOf(claim: unknown, inPieces: boolean): ReadonlySet<string> {
  if (Array.isArray(claim)) return new Set(claim.filter((value) => typeof value === 'string'));
  if (typeof claim !== 'string') return new Set();
  return new Set(inPieces ? [claim, ...claim.split(/[\s,]+/)] : [claim]);
}
