import { certificateProblem, TRUST_HINT } from '../common/certificate-problem.js';
import { codedError } from '../common/coded-error.js';
import { DomainError } from '../common/domain-error.js';
import { type CallPriority } from './call-priority.js';

/** How a call to Plane failed; `answer`: Plane answered with an error. */
export type PlaneFailureKind = 'answer' | 'timeout' | 'network' | 'aborted';

/** A failed call to Plane, without secrets: no header, no token, no form field. */
export interface PlaneFailure {
  readonly kind: PlaneFailureKind;
  /** `POST /auth/o/token/`: method and path, no query. */
  readonly call: string;
  /** Plane's HTTP status, where it answered. */
  readonly planeStatus?: number;
  /** Plane's own error code (`invalid_grant`), or the network's (`ECONNREFUSED`). */
  readonly planeCode?: string;
  /** Plane's own message. */
  readonly said?: string;
  /** Plane's `Retry-After`, in seconds. */
  readonly retryAfterSeconds?: number;
}

const GATEWAY_TIMEOUT = 504;
const BAD_GATEWAY = 502;

/** A call to Plane failed. Has Plane's status and code and a hint; never a token, secret or header. */
export class PlaneError extends DomainError {
  readonly kind: PlaneFailureKind;
  /** `GET /api/v1/users/me/`: method and path, no query. */
  readonly call: string;
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
    this.call = failure.call;
    this.hint = hint;
    if (failure.planeStatus !== undefined) this.planeStatus = failure.planeStatus;
    if (failure.planeCode !== undefined) this.planeCode = failure.planeCode;
  }
}

function happened({ kind, planeStatus, planeCode, said }: PlaneFailure): string {
  if (kind === 'timeout') return 'Plane did not answer in time';
  if (kind === 'aborted') return 'the call was aborted';
  const certificate = certificateProblem({ code: planeCode });
  if (certificate) return `the certificate of Plane ${certificate.text}`;
  if (kind === 'network') return `Plane cannot be reached${planeCode ? ` (${planeCode})` : ''}`;
  return [`Plane answered ${planeStatus}`, planeCode, said && `(${said})`].filter(Boolean).join(' ');
}

const HINTS_BY_CODE: Record<string, string> = {
  invalid_client: 'Check PLANE_CLIENT_ID and PLANE_CLIENT_SECRET',
  invalid_grant: 'The code or refresh token is used, expired or revoked: consent again',
  invalid_scope: 'Check PLANE_SCOPES and the scopes on the app’s page in Plane',
  ENOTFOUND: 'Check PLANE_BASE_URL',
  ECONNRESET: 'Try again later',
  ECONNREFUSED: 'Check PLANE_BASE_URL and HTTPS_PROXY',
  PROXY_AUTHENTICATION_REQUIRED:
    'The proxy wants a user and a password, or rejects those of HTTPS_PROXY: set HTTPS_PROXY=http://user:password@host:port',
  ERR_PROXY_TUNNEL: 'The proxy of HTTPS_PROXY rejected the connection: ask who runs it, or add the host to NO_PROXY',
};

const NO_OAUTH_HINT =
  'This Plane has no OAuth apps: set PLANE_MODE=api-key for the community edition, or check PLANE_BASE_URL';

const HINTS_BY_STATUS: Record<number, string> = {
  401: 'The token is no longer valid',
  403: 'The app lacks the scope or the access: check PLANE_SCOPES and the app’s page in Plane',
  404: 'It does not exist, or the app cannot see it',
  429: 'Too many requests: wait for the rate limit to reset',
};

function hintFor({ call, kind, planeStatus = 0, planeCode = '' }: PlaneFailure): string {
  if (kind === 'aborted') return 'The handler had ended or was stopped: await every call before it returns';
  if (kind === 'timeout' || planeStatus >= 500) return 'Try again later';
  if (planeStatus === 404 && call.includes('/auth/o/')) return NO_OAUTH_HINT;
  if (planeStatus >= 300 && planeStatus < 400) return 'Plane redirects: check PLANE_BASE_URL (http instead of https?)';
  const certificate = certificateProblem({ code: planeCode });
  if (certificate) return certificate.untrusted ? TRUST_HINT : 'Check PLANE_BASE_URL, and the certificate there';
  return HINTS_BY_CODE[planeCode] ?? HINTS_BY_STATUS[planeStatus] ?? 'Check the request';
}

/** PLANE_CLIENT_ID or PLANE_CLIENT_SECRET is missing. */
export const planeNotConfigured = codedError(
  'plane_not_configured',
  503,
  'Plane is not configured',
  'PLANE_CLIENT_ID and PLANE_CLIENT_SECRET are not set.',
);

/** What the community edition lacks, in one sentence. */
export const NO_OAUTH =
  'This Plane is used with an API key (PLANE_MODE=api-key): the community edition has no apps, no consent and no tokens of users.';

/** The connection has an API key, and so neither consents nor tokens. */
export const editionWithoutOAuth = codedError('oauth_unavailable', 404, 'This edition has no consent', (what = '') =>
  [NO_OAUTH, what].filter(Boolean).join(' '),
);

/** The configuration has no such connection. */
export const unknownConnection = codedError(
  'connection_unknown',
  404,
  'Connection not found',
  (id: string) => `There is no connection ${JSON.stringify(id.slice(0, 40))} to Plane: see HANGAR_APPS.`,
);

/** Plane answers 403 to the API key itself: it is wrong, revoked or expired. */
export const keyRejected = codedError(
  'plane_key_rejected',
  503,
  'Plane rejects the API key',
  'Plane rejects PLANE_API_KEY: it is wrong, revoked or expired. Make a new key in the profile settings of that user in Plane, set it, and restart.',
  { retryAfterSeconds: 60 },
);

/** The key works, but not in the configured workspace. */
export const workspaceDenied = codedError(
  'plane_workspace_denied',
  503,
  'Plane denies access to the workspace',
  (slug: string) =>
    `The API key works, but Plane knows no workspace "${slug}" for its user. Check PLANE_WORKSPACE, which is in the address of the workspace's pages, and that the user is a member.`,
  { retryAfterSeconds: 60 },
);

/** A token has no calls left for this priority, and the reset is too far away to wait for it. */
export const budgetSpent = codedError(
  'plane_budget_spent',
  503,
  'The calls that Plane allows are spent',
  (priority: CallPriority, resetsInSeconds: number) =>
    `Plane allows this token no more calls of priority "${priority}" for ${wholeSeconds(resetsInSeconds)} s. ` +
    'Try again then, make fewer calls, or raise the callPriority of handlers that people wait for.',
  (_priority, resetsInSeconds) => ({ retryAfterSeconds: wholeSeconds(resetsInSeconds) }),
);

function wholeSeconds(seconds: number): number {
  return Math.max(1, Math.ceil(seconds));
}
