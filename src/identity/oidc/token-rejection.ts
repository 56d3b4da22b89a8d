import { errors } from 'jose';

const CLAIMS: Record<string, string> = {
  iss: 'its issuer is not OIDC_ISSUER',
  nbf: 'it is not valid yet',
};

/**
 * Why a token of the provider failed validation, for a sentence; contains nothing of the token.
 *
 * @param audience the variable that its audience must match
 */
export function rejectionReason(error: Error, audience: 'OIDC_AUDIENCE' | 'OIDC_CLIENT_ID'): string {
  if (error instanceof errors.JWTExpired) return error.claim === 'iat' ? 'it is too old' : 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const known = error.claim === 'aud' ? `its audience is not ${audience}` : CLAIMS[error.claim];
    return known ?? `its claim ${error.claim} is missing or wrong`;
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not allowed';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature does not match';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the identity provider has no such key';
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'it does not say which key has signed it';
  return 'it is not a valid signed JWT';
}
