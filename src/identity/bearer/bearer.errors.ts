import { errors, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
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
const CLAIMS: Record<string, string> = {
  aud: 'its audience is not OIDC_AUDIENCE',
  iss: 'its issuer is not OIDC_ISSUER',
  nbf: 'it is not valid yet',
};

/** Why a token failed validation; contains nothing of the token. */
export function rejectionReason(error: Error): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return CLAIMS[error.claim] ?? `its claim ${error.claim} is missing or wrong`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not allowed';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature does not match';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the identity provider has no such key';
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'it does not say which key has signed it';
  return 'it is not a valid signed JWT';
}

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
