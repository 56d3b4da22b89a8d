import { DomainError } from '../common/domain-error.js';
import { PlaneError } from '../plane/plane.error.js';
import { type TokenTiming } from './token-timing.js';

/**
 * Why a renewal failed, by its error alone. `ours`: our own trouble, never booked as Plane's. `transient`: the
 * network, a 5xx, a 429 and whatever else may pass. `grant_refused`: what was presented is dead.
 * `client_refused`: Plane does not know the app by its credentials, or says so of the token.
 */
export type FailureClass = 'ours' | 'transient' | 'grant_refused' | 'client_refused';

const CLIENT_CODES = new Set(['invalid_client', 'unauthorized_client']);
const UNAUTHORIZED = 401;
/** What needs no question to Plane: the codes of {@link installationGone} and {@link refreshTokenMissing}. */
const LOCAL_REFUSALS = new Set(['installation_gone', 'refresh_token_missing']);

/** Classes an error of the token endpoint (RFC 6749 §5.2). */
export function failureClass(error: unknown): FailureClass {
  if (error instanceof DomainError && LOCAL_REFUSALS.has(error.code)) return 'grant_refused';
  if (!(error instanceof PlaneError)) return 'ours';
  if (error.planeCode === 'invalid_grant') return 'grant_refused';
  if (CLIENT_CODES.has(error.planeCode ?? '') || error.planeStatus === UNAUTHORIZED) return 'client_refused';
  return 'transient';
}

/** Seconds until the next try: doubling to the longest, with jitter; as long as Plane asks for, at the least. */
export function backoffSeconds(
  timing: Pick<TokenTiming, 'minBackoffSeconds' | 'maxBackoffSeconds'>,
  failuresBefore: number,
  error: unknown,
  random = Math.random(),
): number {
  const { minBackoffSeconds: shortest, maxBackoffSeconds: longest } = timing;
  const doubled = Math.min(longest, shortest * 2 ** Math.min(failuresBefore, 10));
  const asked = (error instanceof PlaneError && error.retryAfterSeconds) || 0;
  return Math.max(shortest, asked, doubled * (0.75 + random / 2));
}
