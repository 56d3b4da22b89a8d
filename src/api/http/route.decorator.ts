import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common';
import { ApiExtension, ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { type DomainError } from '../../common/domain-error.js';
import { RequiresRole, type RequiredRole } from '../../identity/requires-role.decorator.js';
import { problemResponses } from '../openapi/problem-responses.js';

/** The metadata of {@link Route}. */
export const ROUTE_SPEC = Symbol('hangar:route-spec');

/** Describes a route of the API, for its documentation and for the checks before its method runs. */
export interface RouteSpec {
  /** The operation's name in generated clients; stable. */
  readonly id: string;
  readonly role: RequiredRole;
  readonly summary: string;
  readonly description?: string;
  /** The DTO of the response; absent: 204. */
  readonly response?: Type;
  /** A response that is not JSON. */
  readonly media?: { readonly type: string; readonly schema: object; readonly example: unknown };
  /** The route has query parameters. */
  readonly query?: true;
  /** A repeat must have no effect: the route accepts an `Idempotency-Key`. */
  readonly idempotent?: true;
  /** `read`: responds with an `ETag` and accepts `If-None-Match`; `changed`: accepts `If-Match`. */
  readonly version?: 'read' | 'changed';
  /** Errors of this route in particular, for its documentation. */
  readonly errors?: readonly DomainError[];
}

const OK = 200;
const NO_CONTENT = 204;

/** Makes a method a route of the API: its role, its checks, its documentation. */
export function Route(spec: RouteSpec): MethodDecorator {
  const { id, role, summary, description } = spec;
  const status = spec.response || spec.media ? OK : NO_CONTENT;
  return applyDecorators(
    RequiresRole(role),
    SetMetadata(ROUTE_SPEC, spec),
    HttpCode(status),
    ApiOperation({ operationId: id, summary, ...(description !== undefined && { description }) }),
    ApiExtension('x-required-role', role),
    responseOf(spec, status),
    ...headersOf(spec),
    ...(spec.version === 'read'
      ? [ApiResponse({ status: 304, description: 'Not changed: `If-None-Match` is the current ETag' })]
      : []),
    ...problemResponses(spec),
  );
}

function responseOf({ response, media, version, idempotent }: RouteSpec, status: number): MethodDecorator {
  const headers = {
    ...(version === 'read' && {
      ETag: header('The version of the response, for `If-None-Match` and `If-Match`'),
    }),
    ...(idempotent && {
      'Idempotency-Replayed': header('`true` for the stored response of an earlier request'),
    }),
  };
  if (media) {
    const content = { [media.type]: { schema: media.schema, example: media.example } };
    return ApiResponse({ status, description: 'Done', content, headers });
  }
  return ApiResponse({
    status,
    description: response ? 'Done' : 'Done, no content',
    headers,
    ...(response && { type: response }),
  });
}

function header(description: string): { description: string; schema: { type: 'string' } } {
  return { description, schema: { type: 'string' } };
}

function headersOf({ idempotent, version }: RouteSpec): MethodDecorator[] {
  const headers: [name: string, description: string, example: string][] = [];
  if (idempotent)
    headers.push([
      'Idempotency-Key',
      'A text of 1 to 255 characters, unique for each request. A request with the same key within 24 hours gets the same response and has no effect.',
      '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    ]);
  if (version === 'read')
    headers.push(['If-None-Match', 'Responds 304 if this is the current ETag', '"c2hvcnQgaGFzaA"']);
  if (version === 'changed')
    headers.push(['If-Match', 'Fails with 412 if this is not the current ETag', '"c2hvcnQgaGFzaA"']);
  const optional = { required: false, schema: { type: 'string' as const } };
  return headers.map(([name, description, example]) => ApiHeader({ name, description, example, ...optional }));
}
