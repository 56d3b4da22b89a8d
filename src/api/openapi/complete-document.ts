import { getSchemaPath, type OpenAPIObject } from '@nestjs/swagger';
import { exampleOf, resolveRef, type Schema } from './schema-example.js';
import { ProblemDto } from './problem.dto.js';

interface Media {
  schema?: Schema;
  example?: unknown;
  examples?: unknown;
}

interface Answer {
  description?: string;
  headers?: Record<string, object>;
  content?: Record<string, Media>;
}

interface RequestBody {
  required?: boolean;
  content?: Record<string, Media>;
}

/** The parts of an operation that are completed here. */
interface Operation {
  description?: string;
  security?: Record<string, string[]>[];
  requestBody?: RequestBody;
  responses: Record<string, Answer>;
  'x-required-role'?: string;
}

const DTO_SUFFIX = /("(?:#\/components\/schemas\/)?[A-Za-z]+)Dto"/g;

const REQUEST_ID = {
  description: 'The id of the request in the log: the `X-Request-Id` that was sent, or a new one',
  schema: { type: 'string' },
};

const OTHER_ERRORS: Answer = {
  description: 'Any other error, such as 405, 413, 415 and 500',
  content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemDto) } } },
};

/** Reduces a document to the routes of the API, adds role, security and examples to each, and shortens schema names. */
export function completeDocument(document: OpenAPIObject, security: readonly string[]): OpenAPIObject {
  const paths = Object.entries(document.paths).filter(([path]) => path.startsWith('/api/'));
  const complete = { ...document, paths: Object.fromEntries(paths) };
  for (const operation of operationsOf(complete)) finish(operation, complete, security);
  return JSON.parse(JSON.stringify(complete).replaceAll(DTO_SUFFIX, '$1"')) as OpenAPIObject;
}

function operationsOf({ paths }: OpenAPIObject): Operation[] {
  return Object.values(paths).flatMap((path) => Object.values(path as Record<string, Operation>));
}

function finish(operation: Operation, document: OpenAPIObject, security: readonly string[]): void {
  const role = operation['x-required-role'] ?? 'public';
  operation.security = role === 'public' ? [] : security.map((name) => ({ [name]: [] }));
  operation.description = [operation.description, roleText(role)].filter(Boolean).join('\n\n');
  operation.responses['default'] = structuredClone(OTHER_ERRORS);
  const { requestBody, responses } = operation;
  if (requestBody) requestBody.required = needsBody(requestBody, document);
  const medias = [requestBody, ...Object.values(responses)].flatMap((each) => Object.values(each?.content ?? {}));
  for (const media of medias)
    if (media.schema && media.example === undefined && !media.examples)
      media.example = exampleOf(media.schema, document);
  for (const answer of Object.values(responses)) answer.headers = { ...answer.headers, 'X-Request-Id': REQUEST_ID };
}

/** A body without required fields is itself optional. */
function needsBody({ content }: RequestBody, document: OpenAPIObject): boolean {
  const schemas = Object.values(content ?? {}).flatMap(({ schema }) => (schema ? [resolveRef(schema, document)] : []));
  return schemas.some(({ required = [] }) => required.length > 0);
}

function roleText(role: string): string {
  if (role === 'public') return 'No role needed.';
  if (role === 'signed-in') return 'Needs a sign-in, any role or none.';
  return `Needs the role \`${role}\`${role === 'admin' ? '' : ' or a higher one'}.`;
}
