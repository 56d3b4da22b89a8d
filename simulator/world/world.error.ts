import { DomainError } from '../../src/common/domain-error.js';

/** An entity that the simulated Plane does not have. */
export function notFound(what: string, key: string): DomainError {
  return new DomainError({
    code: 'not_found',
    title: 'Not found',
    detail: `There is no ${what} "${key}".`,
    status: 404,
  });
}

/** An invalid request; `detail` says what to send instead. */
export function badInput(detail: string): DomainError {
  return new DomainError({ code: 'bad_input', title: 'Bad input', detail, status: 400 });
}

/** A request that the current state does not allow. */
export function conflict(detail: string): DomainError {
  return new DomainError({ code: 'conflict', title: 'Conflict', detail, status: 409 });
}
