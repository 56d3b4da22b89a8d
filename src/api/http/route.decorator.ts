import { applyDecorators, HttpCode, SetMetadata, type Type } from '@nestjs/common';
import { ApiExtension, ApiHeader, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { type DomainError } from '../../common/domain-error.js';
import { RequiresRole, type RequiredRole } from '../../identity/requires-role.decorator.js';
import { problemResponses } from '../openapi/problem-responses.js';

/** The metadata of {@link Route}. */
export const ROUTE_SPEC = Symbol('hangar:route-spec');

/** What a route of the API is, for its callers and for the checks before its method runs. */
export interface RouteSpec {
  /** Stable: names the operation in generated clients. */
  readonly id: string;
  readonly role: RequiredRole;
  readonly summary: string;
  readonly description?: string;
  /** The DTO of the answer; absent for none (204). */
  readonly response?: Type;
  /** Another kind of answer than JSON. */
  readonly media?: { readonly type: string; readonly schema: object; readonly example: unknown };
  /** The route takes parameters in the query. */
  readonly query?: true;
  /** It does something that must not be done twice: it takes an `Idempotency-Key`. */
  readonly idempotent?: true;
  /** `read`: it has an `ETag` and takes `If-None-Match`; `changed`: it takes `If-Match`. */
  readonly version?: 'read' | 'changed';
  /** Refusals of its own, with what they tell. */
  readonly errors?: readonly DomainError[];
}

const OK = 200;
const NO_CONTENT = 204;

/** Makes a method a route of the API: its role, its checks, its part of the documentation. */
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
      ? [ApiResponse({ status: 304, description: 'It is as `If-None-Match` says' })]
      : []),
    ...problemResponses(spec),
  );
}

function responseOf({ response, media, version, idempotent }: RouteSpec, status: number): MethodDecorator {
  const headers = {
    ...(version === 'read' && {
      ETag: header('The version of what is told, for `If-None-Match` and `If-Match`'),
    }),
    ...(idempotent && {
      'Idempotency-Replayed': header('`true` where this is the stored answer of an earlier request'),
    }),
  };
  if (media) {
    const content = { [media.type]: { schema: media.schema, example: media.example } };
    return ApiResponse({ status, description: 'Done', content, headers });
  }
  return ApiResponse({
    status,
    description: response ? 'Done' : 'Done; there is nothing to tell',
    headers,
    ...(response && { type: response }),
  });
}

function header(description: string): { description: string; schema: { type: 'string' } } {
  return { description, schema: { type: 'string' } };
}

function headersOf({ idempotent, version }: RouteSpec): MethodDecorator[] {
  const told: [name: string, description: string, example: string][] = [];
  if (idempotent)
    told.push([
      'Idempotency-Key',
      'Any text of 1 to 255 characters that this request alone has. A request with the same key within 24 hours gets the same answer and does nothing.',
      '"8e03978e-40d5-43dd-bc93-6894a57f9324"',
    ]);
  if (version === 'read')
    told.push(['If-None-Match', 'Answers 304 where this is the present ETag', '"c2hvcnQgaGFzaA"']);
  if (version === 'changed')
    told.push(['If-Match', 'Refuses with 412 where this is not the present ETag', '"c2hvcnQgaGFzaA"']);
  const optional = { required: false, schema: { type: 'string' as const } };
  return told.map(([name, description, example]) => ApiHeader({ name, description, example, ...optional }));
}
