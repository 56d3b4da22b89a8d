/** Asymmetric algorithms only: never `none`, nor HMAC with a public key as its secret (RFC 8725 §3.1). */
export const ALGORITHMS: readonly string[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
const NAME = /^[\w-]{1,20}$/;

/** What to do about an algorithm that is not accepted. */
export const ALGORITHM_HINT = `set RS256 or ES256 for this client there (accepted: ${ALGORITHMS.join(', ')})`;

/** The name of an algorithm in the header of a token, to show; what is no name is not shown. */
export function algorithmName(algorithm: unknown): string {
  return typeof algorithm === 'string' && NAME.test(algorithm) ? algorithm : 'an unknown algorithm';
}
