import { TRUST_HINT } from '../../common/certificate-problem.js';
import { codedError } from '../../common/coded-error.js';
import { type DomainError } from '../../common/domain-error.js';
import { ALGORITHM_HINT } from './algorithms.js';

const RETRY_SECONDS = 10;

/** The identity provider does not respond. */
export const providerUnreachable = codedError(
  'provider_unreachable',
  503,
  'The identity provider does not respond',
  'The identity provider of OIDC_ISSUER cannot be reached. Existing sessions stay valid; sign in again in a few minutes.',
  { retryAfterSeconds: RETRY_SECONDS },
);

/** The proxy between this server and the identity provider answered 407. */
export const proxyRejectsUser = codedError(
  'proxy_rejects_user',
  503,
  'The proxy wants a user',
  'The proxy of HTTPS_PROXY answered 407: it wants a user and a password, or rejects those of HTTPS_PROXY. Set HTTPS_PROXY=http://user:password@host:port.',
  { retryAfterSeconds: RETRY_SECONDS },
);

/** TLS rejects the provider's certificate. */
export const providerCertificate = codedError(
  'provider_certificate',
  502,
  'The certificate of the identity provider is rejected',
  (problem: string, untrusted: boolean) =>
    `The certificate of the identity provider of OIDC_ISSUER ${problem}. ${untrusted ? TRUST_HINT : 'Check OIDC_ISSUER, and the certificate there'}.`,
);

/** The provider's metadata or a token names another issuer than the configured one (Discovery §4.3, Core §3.1.3.7). */
export const issuerDiffers = codedError(
  'issuer_differs',
  502,
  'The identity provider has another issuer',
  (configured: string, actual: string, where: 'metadata' | 'id token') =>
    `OIDC_ISSUER is ${configured}, but the ${where} of the identity provider says ${actual}. ` +
    (where === 'metadata'
      ? 'Both must be the same to the last character, a final slash included: set OIDC_ISSUER to the address that the provider says, if it is yours.'
      : 'Both must be the same to the last character: correct the issuer in the settings of the provider.'),
);

/** The provider signs with an algorithm that is not accepted. */
export const algorithmRefused = codedError(
  'id_token_algorithm',
  502,
  'The algorithm of the id token is not accepted',
  (algorithm: string) => `The identity provider signs id tokens with ${algorithm}; ${ALGORITHM_HINT}.`,
);

/** The id token is invalid. The reason contains nothing of the token. */
export const idTokenRefused = codedError(
  'id_token_refused',
  502,
  'The id token was rejected',
  (reason: string) =>
    `The id token of the identity provider was rejected: ${reason}. Try again; if it keeps failing, check OIDC_ISSUER and OIDC_CLIENT_ID.`,
);

/** The provider does not accept the client. */
export const clientRefused = codedError(
  'client_refused',
  502,
  'The identity provider rejected the client',
  (code: string) =>
    `The identity provider rejected the client of OIDC_CLIENT_ID (${code}). Check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.`,
);

/** The response violates OpenID Connect. `reason` is an error code of the library or the protocol. */
export const providerUnusable = codedError(
  'provider_unusable',
  502,
  'The identity provider cannot be used',
  (reason: string) =>
    `The response of the identity provider is invalid (${reason}). Try again; if it keeps failing, check OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.`,
);

/** The provider sent the browser back with an error (OpenID Connect Core §3.1.2.6). */
export function signInRefused(error: string): DomainError {
  const code = /^[\w.-]{1,64}$/.test(error) ? error : 'an error';
  return ['server_error', 'temporarily_unavailable'].includes(code)
    ? providerErrorReported(code)
    : signInRejected(code);
}

const reported = (code: string): string =>
  `The identity provider reported ${code}. Try again; if it keeps failing, ask the administrators of the identity provider.`;
const providerErrorReported = codedError('sign_in_refused', 502, 'The identity provider has an error', reported);
const signInRejected = codedError('sign_in_refused', 403, 'The identity provider rejected the sign-in', reported);

/** The authorization code was used before, or has expired. */
export const codeRefused = codedError(
  'sign_in_code_refused',
  400,
  'This sign-in cannot be finished',
  'The identity provider rejected the code of this sign-in: it was already used, or has expired. Sign in again.',
);
