import { errors } from 'jose';
import { DomainError } from '../../common/domain-error.js';

/** A bearer token is not good. `why` never holds anything of it. */
export function tokenRefused(why: string): DomainError {
  return new DomainError({
    code: 'token_refused',
    title: 'The bearer token is refused',
    detail: `The bearer token is refused: ${why}.`,
    status: 401,
  });
}

/** Without an audience a token for any other service would do. */
export function audienceNotSet(): DomainError {
  return tokenRefused(
    'OIDC_AUDIENCE is not set, so that this server takes no tokens of the identity provider',
  );
}

const CLAIMS: Record<string, string> = {
  aud: 'it is for another audience than OIDC_AUDIENCE',
  iss: 'another issuer than OIDC_ISSUER has made it',
  nbf: 'it is not valid yet',
};

/** What is wrong with a token, in words that hold nothing of it. */
export function faultIn(error: Error): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return CLAIMS[error.claim] ?? `its claim ${error.claim} is missing or wrong`;
  if (error instanceof errors.JOSEAlgNotAllowed) return 'its algorithm is not allowed';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature does not match';
  if (error instanceof errors.JWKSNoMatchingKey) return 'the identity provider has no such key';
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'it does not say which key has signed it';
  return 'it is no signed JWT that can be read';
}
