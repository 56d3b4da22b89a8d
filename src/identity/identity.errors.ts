import { DomainError } from '../common/domain-error.js';
import { type OperatorRole } from './operator-role.js';

/** Nobody is signed in. */
export function notSignedIn(): DomainError {
  return new DomainError({
    code: 'not_signed_in',
    title: 'Not authenticated',
    detail: 'Sign in at /console/sign-in, or send a bearer token of the identity provider.',
    status: 401,
  });
}

/** Somebody is, and may not do this. */
export function roleMissing(needed: OperatorRole, has: OperatorRole | undefined): DomainError {
  return new DomainError({
    code: 'role_missing',
    title: 'Not allowed',
    detail: `This needs the role ${needed}; you have ${has ?? 'none'}. An administrator of the identity provider gives it.`,
    status: 403,
  });
}

/** Production without an identity provider. */
export function ssoMissing(): DomainError {
  return new DomainError({
    code: 'sso_missing',
    title: 'Single sign-on is not configured',
    detail:
      'Console and API need an identity provider with NODE_ENV=production: set OIDC_ISSUER and OIDC_CLIENT_ID, as docs/sso shows.',
    status: 503,
  });
}

/** A route of console or API names no role; the start should have failed. */
export function routeWithoutRole(): DomainError {
  return new DomainError({
    code: 'route_without_role',
    title: 'Not allowed',
    detail: 'This address names no role that may use it.',
    status: 403,
  });
}

/** Something acts without the token of its session, or comes from another site. */
export function csrfRefused(fault: 'site' | 'token'): DomainError {
  const why =
    fault === 'site'
      ? 'The request comes from another site.'
      : 'The request lacks the token of your session (the field _csrf or the header x-csrf-token).';
  return new DomainError({
    code: 'csrf_refused',
    title: 'Not allowed',
    detail: `${why} Open the page again and repeat what you did.`,
    status: 403,
  });
}

/** An administrator has disabled somebody here. */
export function personDisabled(): DomainError {
  return new DomainError({
    code: 'person_disabled',
    title: 'Not allowed',
    detail: 'You were disabled here. An administrator of this server can enable you again.',
    status: 403,
  });
}
