import { DomainError } from '../common/domain-error.js';
import { type TokenOwner } from './token.js';

/** A person who is named by their subject at the identity provider must be signed in there, so that the two are tied. */
const SIGNED_IN = { bot: '', user: ', signed in at /console where the app names them by their SSO subject' };

/** No token can be had without a person's consent. */
export class ConsentNeededError extends DomainError {
  /** Who must consent, a Plane user or a subject that has linked none; empty for a bot. */
  readonly planeUserId: string;

  constructor(owner: TokenOwner) {
    super({
      code: 'consent_needed',
      title: 'Consent is needed',
      detail: `${nameOf(owner)} has no usable token. Open /oauth/setup?flow=${owner.kind} as that person${SIGNED_IN[owner.kind]}.`,
      status: 403,
    });
    this.planeUserId = owner.kind === 'user' ? owner.planeUserId : '';
  }
}

/** A token is dead and its renewal has to wait. */
export function refreshDelayed(owner: TokenOwner, reason: string, retryInMs?: number): DomainError {
  const seconds = retryInMs === undefined ? undefined : Math.max(1, Math.ceil(retryInMs / 1000));
  return new DomainError({
    code: 'token_renewal_delayed',
    title: 'A token cannot be renewed now',
    detail: `the token of ${nameOf(owner)} has expired and cannot be renewed yet: ${reason}`,
    status: 503,
    ...(seconds !== undefined && { retryAfterSeconds: seconds }),
  });
}

/** The app is not installed there (any more), so there is no token to be had. */
export function installationNotFound(installationId: string): DomainError {
  return new DomainError({
    code: 'installation_gone',
    title: 'The app is not installed',
    detail: `installation ${installationId} is uninstalled. Open /oauth/setup as an admin of that workspace to install again.`,
    status: 409,
  });
}

function nameOf(owner: TokenOwner): string {
  return owner.kind === 'user' ? `Plane user ${owner.planeUserId}` : `installation ${owner.installationId}`;
}

/** Plane granted a token that it gave no means to renew. */
export function refreshTokenMissing(): DomainError {
  return new DomainError({
    code: 'refresh_token_missing',
    title: 'There is no refresh token',
    detail: 'Plane granted this token without a refresh token, so that it cannot be renewed',
    status: 409,
  });
}

/** No token has that id. */
export function unknownToken(id: string): DomainError {
  return new DomainError({
    code: 'token_unknown',
    title: 'There is no such token',
    detail: `no token has the id ${id}: "hangar tokens list" shows those that there are`,
    status: 404,
  });
}

/** The secrets of the token are gone. */
export function revokedToken(id: string): DomainError {
  return new DomainError({
    code: 'token_revoked',
    title: 'The token is revoked',
    detail: `token ${id} is revoked and its secrets are wiped: install or consent again at /oauth/setup`,
    status: 409,
  });
}

/** Another process renews the token. */
export function refreshInProgress(id: string): DomainError {
  return new DomainError({
    code: 'token_renewal_under_way',
    title: 'A renewal is under way',
    detail: `token ${id} is being renewed by another process: look again in a minute`,
    status: 409,
  });
}

/** A bot's token would be minted again at the next use. */
export function botTokenKept(id: string): DomainError {
  return new DomainError({
    code: 'bot_token_kept',
    title: 'A bot token cannot be revoked here',
    detail: `token ${id} is a bot's, which Plane grants again at any time: uninstall the app from the workspace in Plane instead`,
    status: 409,
  });
}
