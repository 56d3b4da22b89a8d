import { ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { DomainError } from '../../common/domain-error.js';
import { problemOf } from '../../common/problem.js';
import { tooManyRequests } from '../../common/too-many-requests.js';
import { notSignedIn, roleMissing } from '../../identity/identity.errors.js';
import { OPERATOR_ROLES, type OperatorRole } from '../../identity/operator-role.js';
import { invalidRequest, keyInUse, keyOfAnother, outcomeUnknown, preconditionFailed } from '../http/api.errors.js';
import { type RouteSpec } from '../http/route.decorator.js';
import { ProblemDto } from './problem.dto.js';

const REQUEST_ID = '3f1a4e86-3a3d-4c4e-9d0e-5a1c0a3f9b77';
/** Of the example. */
const REQUESTS_PER_MINUTE = 3000;
const RETRY_AFTER_SECONDS = 30;
const RETRY_AFTER = {
  'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' }, example: RETRY_AFTER_SECONDS },
} as const;
const UNKNOWN_PARAMETER = { parameter: 'evnt', problem: 'is unknown; known are limit, cursor, event' };

/** Documents the errors of a route: one response for each status, with an example for each code. */
export function problemResponses(spec: RouteSpec): MethodDecorator[] {
  const byStatus = Map.groupBy(errorsOf(spec), ({ status }) => status);
  return [...byStatus].map(([status, errors]) =>
    ApiResponse({
      status,
      description: [...new Set(errors.map(({ title }) => title))].join('; '),
      ...(errors.some(({ retryAfterSeconds }) => retryAfterSeconds !== undefined) && { headers: RETRY_AFTER }),
      content: {
        'application/problem+json': {
          schema: { $ref: getSchemaPath(ProblemDto) },
          examples: examplesOf(errors),
        },
      },
    }),
  );
}

function errorsOf({ role, idempotent, version, errors = [] }: RouteSpec): DomainError[] {
  const below = OPERATOR_ROLES[OPERATOR_ROLES.indexOf(role as OperatorRole) - 1];
  return [
    invalidRequest([UNKNOWN_PARAMETER]),
    ...(role === 'public' ? [] : [notSignedIn()]),
    ...(role === 'public' || role === 'signed-in' ? [] : [roleMissing(role, below)]),
    ...(version === 'changed' ? [preconditionFailed()] : []),
    ...(idempotent ? [keyInUse(), outcomeUnknown(new Date('2026-01-31T09:00:00Z')), keyOfAnother()] : []),
    ...errors,
    tooManyRequests(REQUESTS_PER_MINUTE, RETRY_AFTER_SECONDS),
  ];
}

function examplesOf(errors: readonly DomainError[]): Record<string, { summary: string; value: object }> {
  const named = errors.map((error): [string, { summary: string; value: object }] => [
    error.code,
    { summary: error.title, value: problemOf(error, REQUEST_ID) },
  ]);
  return Object.fromEntries(named);
}
