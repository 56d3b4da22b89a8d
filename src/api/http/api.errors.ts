import { DomainError, type InvalidParameter } from '../../common/domain-error.js';

/** A request that cannot be understood, with everything that is wrong with it. */
export function requestFaults(errors: readonly InvalidParameter[]): DomainError {
  const told = errors.map(({ parameter, problem }) => `${parameter} ${problem}`).join('; ');
  return new DomainError({
    code: 'request_invalid',
    title: 'The request is not valid',
    detail: `${told}. GET /api/docs shows what each route takes.`,
    status: 400,
    errors,
  });
}

/** No route of the API has that path. */
export function unknownRoute(): DomainError {
  return new DomainError({
    code: 'route_unknown',
    title: 'There is no such route',
    detail: 'No route of the API has this path: GET /api/docs shows those that there are.',
    status: 404,
  });
}

/** The path has routes, and none for the method. */
export function methodNotAllowed(methods: readonly string[]): DomainError {
  return new DomainError({
    code: 'method_not_allowed',
    title: 'Method not allowed',
    detail: `This path takes ${methods.join(', ')}.`,
    status: 405,
  });
}

/** What was to be changed is not any more what the caller saw (RFC 9110 §13.1.1). */
export function preconditionFailed(): DomainError {
  return new DomainError({
    code: 'precondition_failed',
    title: 'It was changed meanwhile',
    detail:
      'If-Match does not name the present version: read it again, and send its ETag if the change still holds.',
    status: 412,
  });
}
