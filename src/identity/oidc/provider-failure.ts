import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { errors } from 'jose';
import { certificateProblem } from '../../common/certificate-problem.js';
import { DomainError } from '../../common/domain-error.js';
import { algorithmName } from './algorithms.js';
import {
  algorithmRefused,
  clientRefused,
  codeRefused,
  idTokenRefused,
  issuerDiffers,
  providerCertificate,
  providerUnreachable,
  providerUnusable,
  signInRefused,
} from './provider.errors.js';
import { rejectionReason } from './token-rejection.js';
import { shownValue } from './roles-claim.js';

const SERVER_ERROR = 500;
const NOT_CLIENT = new Set(['invalid_client', 'unauthorized_client']);
/** What the codes of the library mean. */
const MEANINGS: Readonly<Record<string, string>> = {
  OAUTH_RESPONSE_IS_NOT_JSON: 'it is not JSON',
  OAUTH_PARSE_ERROR: 'it is not JSON',
};

/** What the libraries attach to their errors, of which only what is named here is shown. */
interface Attached {
  readonly status?: unknown;
  readonly url?: unknown;
  readonly attribute?: unknown;
  readonly body?: { readonly issuer?: unknown };
  readonly header?: { readonly alg?: unknown };
  readonly claims?: { readonly iss?: unknown };
  readonly claim?: unknown;
  readonly expected?: unknown;
}

/**
 * The domain error for a failed call to the provider. The libraries' errors contain responses and claims, so that only their
 * code, the algorithm and the issuer are kept.
 *
 * @param issuer `OIDC_ISSUER`, as it is written
 */
export function providerFailure(error: unknown, issuer = ''): Error {
  if (error instanceof DomainError) return error;
  if (error instanceof AuthorizationResponseError) return signInRefused(error.error);
  if (error instanceof ResponseBodyError) return responseFailure(error.error);
  if (error instanceof WWWAuthenticateChallengeError) return clientRefused('401');
  if (error instanceof TypeError && error.cause instanceof DomainError) return error.cause;
  const certificate = certificateProblem(error);
  if (certificate) return providerCertificate(certificate.text, certificate.untrusted);
  if (isUnreachable(error)) return providerUnreachable();
  if (error instanceof errors.JOSEError) return idTokenRefused(rejectionReason(error, 'OIDC_CLIENT_ID'));
  if (error instanceof ClientError) return responseInvalid(error, issuer);
  return providerUnusable(error instanceof Error ? error.name : 'unknown');
}

function responseFailure(code: string): Error {
  if (code === 'invalid_grant') return codeRefused();
  return NOT_CLIENT.has(code) ? clientRefused(code) : providerUnusable(code);
}

function responseInvalid({ code = 'unknown', cause }: ClientError, issuer: string): Error {
  const { status, url, attribute, body, header, claim, claims, expected } = (cause ?? {}) as Attached;
  if (attribute === 'issuer') return issuerDiffers(issuer, shownValue(body?.issuer), 'metadata');
  if (claim === 'iss' && claims) return issuerDiffers(issuer, shownValue(claims.iss), 'id token');
  if (claim === 'aud' && expected !== undefined) return idTokenRefused('its audience is not OIDC_CLIENT_ID');
  if (header?.alg !== undefined) return algorithmRefused(algorithmName(header.alg));
  if (typeof status === 'number' && typeof url === 'string') return providerUnusable(`${status} from ${pathOf(url)}`);
  return providerUnusable(MEANINGS[code] ?? code);
}

/** Without the query: it may contain what is not to be shown. */
function pathOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return shownValue(origin + pathname);
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
