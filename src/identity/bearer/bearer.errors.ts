import { DomainError } from '../../common/domain-error.js';

/** A bearer token is not good. `why` never holds anything of it. */
export function tokenRefused(why: string): DomainError {
  return new DomainError({
    code: 'token_refused',
    title: 'The bearer token is refused',
    detail: `The bearer token is refused: ${why}.`,
    status: 401,
  });
}
