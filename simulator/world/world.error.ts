import { DomainError } from '../../src/common/domain-error.js';

/** Something that the simulated Plane has not got. */
export function notFound(what: string, key: string): DomainError {
  return new DomainError({
    code: 'not_found',
    title: 'Not found',
    detail: `There is no ${what} "${key}".`,
    status: 404,
  });
}

/** A request that makes no sense; `detail` says what to send instead. */
export function badInput(detail: string): DomainError {
  return new DomainError({ code: 'bad_input', title: 'Bad input', detail, status: 400 });
}

/** A request that the state of things does not allow now. */
export function conflict(detail: string): DomainError {
  return new DomainError({ code: 'conflict', title: 'Conflict', detail, status: 409 });
}
