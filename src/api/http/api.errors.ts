import { codedError } from '../../common/coded-error.js';
import { type InvalidParameter } from '../../common/domain-error.js';
import { type PlaneConnections } from '../../config/plane-connections.js';
import { unknownConnection, type UnknownName } from '../../operations/delivery-search.service.js';

/** The request cannot be understood; lists everything that is wrong with it. */
export const invalidRequest = codedError(
  'request_invalid',
  400,
  'Invalid request',
  (errors: readonly InvalidParameter[]) =>
    `${errors.map(({ parameter, problem }) => `${parameter} ${problem}`).join('; ')}. GET /api/docs lists the parameters of each route.`,
  (errors) => ({ errors }),
);

/** No route of the API has that path. */
export const unknownRoute = codedError(
  'route_unknown',
  404,
  'Unknown route',
  'The API has no route with this path. GET /api/docs lists all routes.',
);

/** The path has routes, but none for the method. */
export const methodNotAllowed = codedError(
  'method_not_allowed',
  405,
  'Method not allowed',
  (methods: readonly string[]) => `This path supports ${methods.join(', ')}.`,
);

/** The resource is not the version that the caller has read (RFC 9110 §13.1.1). */
export const preconditionFailed = codedError(
  'precondition_failed',
  412,
  'Changed meanwhile',
  'If-Match is not the current ETag. Read the resource again and send its current ETag.',
);

/** No installation has that id. */
export const unknownInstallation = codedError(
  'installation_unknown',
  404,
  'Unknown installation',
  (id: string) => `No installation has the id ${id}. GET /api/v1/installations lists all installations.`,
);

/** The first request with the key has no response yet. */
export const keyInUse = codedError(
  'idempotency_key_in_use',
  409,
  'The first request with this key is in progress',
  'A request with this Idempotency-Key is being processed. Retry in a moment to get its response.',
  { retryAfterSeconds: 1 },
);

/** The first request with the key ended without a recorded response: its process died, or it failed part of the way. */
export const outcomeUnknown = codedError(
  'idempotency_outcome_unknown',
  409,
  'Unknown outcome of the first request',
  (startedAt: Date) =>
    `The request with this Idempotency-Key from ${startedAt.toISOString()} ended without a response. It may have had all, some or none of its effects: check, and send it again with another key if necessary.`,
);

/** The key came before with another request. */
export const keyOfAnother = codedError(
  'idempotency_key_reused',
  422,
  'The key belongs to another request',
  'This Idempotency-Key was used with another method, path or body. Use a new key for each request.',
);

/**
 * Rejects a connection that is neither configured nor has anything stored.
 *
 * @param found what is stored of it
 * @throws {DomainError} 400 that names those that are configured
 */
export function requireConnection(
  connection: string | undefined,
  { ids }: PlaneConnections,
  found: readonly unknown[],
): void {
  if (connection === undefined || ids.includes(connection) || found.length > 0) return;
  requireKnown([unknownConnection(connection, ids)]);
}

/** @throws {DomainError} 400 that names the parameters with unknown names */
export function requireKnown(unknown: readonly UnknownName[]): void {
  if (unknown.length === 0) return;
  throw invalidRequest(
    unknown.map(({ parameter, similar, known }) => ({
      parameter,
      problem: known ? `is unknown; known: ${known.join(', ')}` : unknownProblem(similar),
    })),
  );
}

function unknownProblem(similar: readonly string[]): string {
  return similar.length === 0 ? 'is unknown' : `is unknown; similar: ${similar.join(', ')}`;
}
