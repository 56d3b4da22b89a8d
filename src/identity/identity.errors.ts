import { DomainError } from '../common/domain-error.js';
import { type OperatorRole } from './operator-role.js';

/** Nobody is signed in. */
export function notSignedIn(): DomainError {
  return new DomainError({
    code: 'not_signed_in',
    title: 'Not authenticated',
    detail: 'Sign in at /console, or send a bearer token of the identity provider.',
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
