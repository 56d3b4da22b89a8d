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

/** A POST of what exists already, by its external id or its name. Plane answers with the id of the one that exists. */
export class AlreadyExistsError extends DomainError {
  constructor(
    what: string,
    by: string,
    readonly id: string,
  ) {
    const detail = `A ${what} with the same ${by} already exists.`;
    super({ code: 'already_exists', title: 'Conflict', detail, status: 409 });
  }
}

/** How Plane names the pair by which a repeated POST is detected. */
export const EXTERNAL_ID = 'external id and external source';

/** A request that Plane understands and the simulator does not. */
export function notSimulated(detail: string): DomainError {
  return new DomainError({ code: 'not_simulated', title: 'Not simulated', detail, status: 501 });
}
