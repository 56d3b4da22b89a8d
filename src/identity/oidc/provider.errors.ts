import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client';
import { errors } from 'jose';
import { DomainError } from '../../common/domain-error.js';

const RETRY_SECONDS = 10;
const SERVER_FAULT = 500;

/** The identity provider does not answer. */
export function providerUnreachable(): DomainError {
  return new DomainError({
    code: 'provider_unreachable',
    title: 'The identity provider does not answer',
    detail:
      'The identity provider of OIDC_ISSUER cannot be reached now. Who is signed in goes on working; sign in again in some minutes.',
    status: 503,
    retryAfterSeconds: RETRY_SECONDS,
  });
}

/** It answers, and not as OpenID Connect wants it. `reason` is a code of the library's or the protocol's. */
export function providerUnusable(reason: string): DomainError {
  return new DomainError({
    code: 'provider_unusable',
    title: 'The identity provider cannot be used',
    detail: `The identity provider answers in a way that cannot be used (${reason}). Try again; if it stays so, look at OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.`,
    status: 502,
  });
}

/** The provider sent the browser back without a sign-in (OpenID Connect Core §3.1.2.6). */
function signInRefused(error: string): DomainError {
  const code = /^[\w.-]{1,64}$/.test(error) ? error : 'an error';
  const trouble = ['server_error', 'temporarily_unavailable'].includes(code);
  return new DomainError({
    code: 'sign_in_refused',
    title: trouble ? 'The identity provider is in trouble' : 'The identity provider refused the sign-in',
    detail: `The identity provider reported ${code}. Try again; if it stays so, ask those who run it.`,
    status: trouble ? 502 : 403,
  });
}

/** The code was used before, or is too old. */
function codeRefused(): DomainError {
  return new DomainError({
    code: 'sign_in_code_refused',
    title: 'This sign-in cannot be finished',
    detail:
      'The identity provider does not take the code of this sign-in: it was used already, or is too old. Sign in again.',
    status: 400,
  });
}

/**
 * What a person is told of an error of a call to the provider. The libraries' errors hold answers and claims, so that
 * nothing of them but a code is kept.
 */
export function providerFailure(error: unknown): Error {
  if (error instanceof DomainError) return error;
  if (error instanceof AuthorizationResponseError) return signInRefused(error.error);
  if (error instanceof ResponseBodyError)
    return error.error === 'invalid_grant' ? codeRefused() : providerUnusable(error.error);
  if (isUnreachable(error)) return providerUnreachable();
  if (error instanceof ClientError || error instanceof errors.JOSEError)
    return providerUnusable(error.code ?? 'unknown');
  return providerUnusable(error instanceof Error ? error.name : 'unknown');
}

/** `fetch` fails with a `TypeError` whose cause is the network's; a status of 5xx is as good as no answer. */
function isUnreachable(error: unknown): boolean {
  if (error instanceof errors.JWKSTimeout) return true;
  if (error instanceof ClientError && error.code === 'OAUTH_TIMEOUT') return true;
  const { cause } = error as { cause?: unknown };
  const status = typeof cause === 'object' && cause !== null && 'status' in cause ? cause.status : undefined;
  if (typeof status === 'number') return status >= SERVER_FAULT;
  return error instanceof TypeError && cause !== undefined;
}

/** What the network, TLS or the library calls an error of a call to the provider; for the log. */
export function failureCode(error: unknown): string {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof cause === 'object' && cause !== null && cause instanceof Error) return failureCode(cause);
  return typeof code === 'string' ? code : 'unknown';
}
