import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { errors } from 'jose';
import { codedError } from '../../common/coded-error.js';
import { DomainError } from '../../common/domain-error.js';

const RETRY_SECONDS = 10;
const SERVER_ERROR = 500;

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

/** The response violates OpenID Connect. `reason` is an error code of the library or the protocol. */
export const providerUnusable = codedError(
  'provider_unusable',
  502,
  'The identity provider cannot be used',
  (reason: string) =>
    `The response of the identity provider is invalid (${reason}). Try again; if it keeps failing, check OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.`,
);

/** The provider sent the browser back with an error (OpenID Connect Core §3.1.2.6). */
function signInRefused(error: string): DomainError {
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
const codeRefused = codedError(
  'sign_in_code_refused',
  400,
  'This sign-in cannot be finished',
  'The identity provider rejected the code of this sign-in: it was already used, or has expired. Sign in again.',
);

/**
 * The domain error for a failed call to the provider. The libraries' errors contain responses and claims, so that only their
 * code is kept.
 */
export function providerFailure(error: unknown): Error {
  if (error instanceof DomainError) return error;
  if (error instanceof AuthorizationResponseError) return signInRefused(error.error);
  if (error instanceof ResponseBodyError)
    return error.error === 'invalid_grant' ? codeRefused() : providerUnusable(error.error);
  if (error instanceof TypeError && error.cause instanceof DomainError) return error.cause;
  if (isUnreachable(error)) return providerUnreachable();
  if (error instanceof ClientError || error instanceof errors.JOSEError)
    return providerUnusable(error.code ?? 'unknown');
  return providerUnusable(error instanceof Error ? error.name : 'unknown');
}

/** `fetch` fails with a `TypeError` whose cause is the network error; a 5xx status counts as no response. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout) return true;
  if (error instanceof ClientError && error.code === 'OAUTH_TIMEOUT') return true;
  const { cause } = error as { cause?: unknown };
  const status = typeof cause === 'object' && cause !== null && 'status' in cause ? cause.status : undefined;
  if (typeof status === 'number') return status >= SERVER_ERROR;
  return error instanceof TypeError && cause !== undefined;
}

/** The error code of the network, TLS or the library for a failed call to the provider; for the log. */
export function failureCode(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof cause === 'object' && cause !== null && cause instanceof Error) return failureCode(cause);
  return typeof code === 'string' ? code : 'unknown';
}
