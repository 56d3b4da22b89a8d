import { DomainError } from '../common/domain-error.js';

/** What kept a call to Plane from succeeding. */
export type PlaneFailureKind = 'answer' | 'timeout' | 'network' | 'aborted';

/** A failed call to Plane, without anything secret: no header, no token, no form field. */
export interface PlaneFailure {
  readonly kind: PlaneFailureKind;
  /** `POST /auth/o/token/`: method and path, no query. */
  readonly call: string;
  /** Plane's HTTP status, where it answered. */
  readonly planeStatus?: number;
  /** Plane's own error code (`invalid_grant`), or the network's (`ECONNREFUSED`). */
  readonly planeCode?: string;
  /** What Plane said, in a sentence. */
  readonly said?: string;
  /** Seconds after which Plane wants to be asked again. */
  readonly retryAfterSeconds?: number;
}

const GATEWAY_TIMEOUT = 504;
const BAD_GATEWAY = 502;

/** A call to Plane failed. Holds Plane's status and code and a hint what to do; never a token, secret or header. */
export class PlaneError extends DomainError {
  readonly kind: PlaneFailureKind;
  readonly planeStatus?: number;
  readonly planeCode?: string;
  /** What to do about it. */
  readonly hint: string;

  constructor(failure: PlaneFailure) {
    const hint = hintFor(failure);
    super({
      code: 'plane_call_failed',
      title: 'A call to Plane failed',
      detail: `${failure.call}: ${happened(failure)}. ${hint}`,
      status: failure.kind === 'timeout' ? GATEWAY_TIMEOUT : BAD_GATEWAY,
      ...(failure.retryAfterSeconds !== undefined && { retryAfterSeconds: failure.retryAfterSeconds }),
    });
    this.kind = failure.kind;
    this.hint = hint;
    if (failure.planeStatus !== undefined) this.planeStatus = failure.planeStatus;
    if (failure.planeCode !== undefined) this.planeCode = failure.planeCode;
  }
}

function happened({ kind, planeStatus, planeCode, said }: PlaneFailure): string {
  if (kind === 'timeout') return 'Plane did not answer in time';
  if (kind === 'aborted') return 'the call was given up';
  if (kind === 'network') return `Plane cannot be reached${planeCode ? ` (${planeCode})` : ''}`;
  return [`Plane answered ${planeStatus}`, planeCode, said && `(${said})`].filter(Boolean).join(' ');
}

const HINTS_BY_CODE: Record<string, string> = {
  invalid_client: 'Look at PLANE_CLIENT_ID and PLANE_CLIENT_SECRET',
  invalid_grant: 'What was presented is used up, expired or withdrawn: consent again',
  invalid_scope: 'Look at PLANE_SCOPES and the scopes on the app’s page in Plane',
  ENOTFOUND: 'Look at PLANE_BASE_URL',
  ECONNRESET: 'Try again later',
  ECONNREFUSED: 'Look at PLANE_BASE_URL and HTTPS_PROXY',
  SELF_SIGNED_CERT_IN_CHAIN: 'Name the authority’s certificate in NODE_EXTRA_CA_CERTS',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Name the authority’s certificate in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'Name the authority’s certificate in NODE_EXTRA_CA_CERTS',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'Name the authority’s certificate in NODE_EXTRA_CA_CERTS',
};

const HINTS_BY_STATUS: Record<number, string> = {
  401: 'The token is not valid any more',
  403: 'The app lacks the scope or the access: look at PLANE_SCOPES and the app’s page in Plane',
  404: 'It does not exist, or the app cannot see it',
  429: 'The app asked too often: wait for the rate limit to reset',
};

function hintFor({ call, kind, planeStatus = 0, planeCode = '' }: PlaneFailure): string {
  if (kind === 'aborted')
    return 'The handler had ended or was told to stop: await every call before it returns';
  if (kind === 'timeout' || planeStatus >= 500) return 'Try again later';
  if (planeStatus === 404 && call.includes('/auth/o/'))
    return 'This Plane has no OAuth apps: look at PLANE_BASE_URL';
  if (planeStatus >= 300 && planeStatus < 400)
    return 'Plane redirects: look at PLANE_BASE_URL (http instead of https?)';
  return HINTS_BY_CODE[planeCode] ?? HINTS_BY_STATUS[planeStatus] ?? 'Look at what was sent';
}
