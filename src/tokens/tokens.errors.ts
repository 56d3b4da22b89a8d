import { codedError } from '../common/coded-error.js';
import { DEFAULT_CONNECTION } from '../config/plane-connection.js';
import { DomainError } from '../common/domain-error.js';
import { type TokenOwner } from './token.js';

/** A user must consent before there is a token. */
export class ConsentNeededError extends DomainError {
  /** The Plane user who must consent; empty for a bot. */
  readonly planeUserId: string;
  /** By whose app; default: the connection without a name. */
  readonly connectionId: string | undefined;

  constructor(owner: TokenOwner) {
    super({
      code: 'consent_needed',
      title: 'Consent is needed',
      detail: `${nameOf(owner)} has no usable token. Open ${setupPath(owner.connectionId)}?flow=${owner.kind} as that person.`,
      status: 403,
    });
    this.planeUserId = owner.kind === 'user' ? owner.planeUserId : '';
    this.connectionId = owner.connectionId;
  }
}

/** The token has expired or was rejected, and its refresh has to wait. */
export const refreshDelayed = codedError(
  'token_renewal_delayed',
  503,
  'A token cannot be refreshed now',
  (owner: TokenOwner, reason: string, _retryInMs?: number) =>
    `The token of ${nameOf(owner)} has expired or was rejected, and cannot be refreshed yet: ${reason}`,
  (_owner: TokenOwner, _reason: string, retryInMs?: number) =>
    retryInMs === undefined ? {} : { retryAfterSeconds: Math.max(1, Math.ceil(retryInMs / 1000)) },
);

/** The app is not installed there, so there is no token. */
export const installationNotFound = codedError(
  'installation_gone',
  409,
  'The app is not installed',
  (installationId: string) =>
    `Installation ${installationId} is uninstalled. Open /oauth/setup as an admin of that workspace to install again.`,
);

/** Plane granted no refresh token. */
export const refreshTokenMissing = codedError(
  'refresh_token_missing',
  409,
  'There is no refresh token',
  'Plane granted this token without a refresh token, so it cannot be refreshed. The user must consent again.',
);

/** No token has that id. */
export const unknownToken = codedError(
  'token_unknown',
  404,
  'Token not found',
  (id: string) => `No token has the id ${id}. List the tokens with "hangar tokens list".`,
);

/** The secrets of the token are deleted. */
export const revokedToken = codedError(
  'token_revoked',
  409,
  'The token is revoked',
  (id: string) => `Token ${id} is revoked and its secrets are deleted. Install or consent again at /oauth/setup.`,
);

/** Another process is refreshing the token. */
export const refreshInProgress = codedError(
  'token_renewal_under_way',
  409,
  'The token is being refreshed',
  (id: string) => `Token ${id} is being refreshed by another process. Try again in a minute.`,
);

/** This Plane would reject the token of another one, and the consent or the installation would be lost. */
export const tokenOfAnotherPlane = codedError(
  'token_of_another_plane',
  409,
  'The token belongs to another Plane',
  (id: string, baseUrl: string) =>
    `Token ${id} belongs to ${baseUrl}, which is not PLANE_BASE_URL. If it is the same Plane under a new URL, run ` +
    '"hangar connections move".',
);

/** A bot's token would be minted again at its next use. */
export const botTokenKept = codedError(
  'bot_token_kept',
  409,
  'A bot token cannot be revoked here',
  (id: string) =>
    `Token ${id} is a bot's, which Plane grants again at any time. Uninstall the app from the workspace in Plane instead.`,
);

function nameOf(owner: TokenOwner): string {
  return owner.kind === 'user' ? `Plane user ${owner.planeUserId}` : `installation ${owner.installationId}`;
}

/** Where a consent to the app of a connection starts. */
export function setupPath(connectionId = DEFAULT_CONNECTION): string {
  return connectionId === DEFAULT_CONNECTION ? '/oauth/setup' : `/oauth/setup/${connectionId}`;
}
