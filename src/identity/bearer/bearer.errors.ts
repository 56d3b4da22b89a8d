import { errors } from 'jose';
import { codedError } from '../../common/coded-error.js';

/** A bearer token is invalid. The reason contains nothing of the token. */
export const tokenRefused = codedError(
  'token_refused',
  401,
  'The bearer token was rejected',
  (reason: string) => `The bearer token was rejected: ${reason}.`,
);

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
