import { type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import { codedError } from '../../common/coded-error.js';

/** A bearer token is invalid. The reason contains nothing of the token. */
export const tokenRefused = codedError(
  'token_refused',
  401,
  'The bearer token was rejected',
  (reason: string) => `The bearer token was rejected: ${reason}.`,
);

const ACCESS_TOKEN_TYPES = new Set(['at+jwt', 'application/at+jwt', 'jwt', 'application/jwt']);
const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/**
 * Why a token is not a bearer access token; `undefined` if nothing says so. Read from the type in its header (RFC 8725
 * §3.11), Keycloak's `typ`, Cognito's `token_use`, claims of id and logout tokens, and the binding to a key (`cnf`).
 */
export function notAnAccessToken({ typ }: ProtectedHeaderParameters, claims: JWTPayload): string | undefined {
  const { typ: kind, token_use: use, events, nonce, at_hash: atHash, c_hash: codeHash, cnf } = claims;
  if (typ !== undefined && !ACCESS_TOKEN_TYPES.has(typ.toLowerCase())) return 'a token of another type';
  if (typeof events === 'object' && events !== null && LOGOUT_EVENT in events) return 'a logout token';
  if (typeof kind === 'string' && kind.toLowerCase() !== 'bearer') return 'a token of another type';
  if (use === 'id' || [nonce, atHash, codeHash].some((claim) => claim !== undefined)) return 'an id token';
  if (cnf !== undefined) return 'bound to a key';
  return undefined;
}
