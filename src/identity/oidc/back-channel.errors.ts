import { DomainError } from '../../common/domain-error.js';

/** A logout token is not good (Back-Channel Logout §2.8: 400). `why` never holds anything of it. */
export function logoutTokenRefused(why: string): DomainError {
  return new DomainError({
    code: 'logout_token_refused',
    title: 'The logout token is refused',
    detail: `The logout token is refused: ${why}.`,
    status: 400,
  });
}
