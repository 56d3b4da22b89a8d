import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** An operation of an OpenAPI document, as far as tests look at it. */
export interface Operation {
  readonly operationId: string;
  readonly 'x-required-role': string;
  readonly parameters?: readonly object[];
  readonly requestBody?: { readonly content: Record<string, Media> };
  readonly responses: Readonly<Record<string, { readonly content?: Record<string, Media>; readonly headers?: object }>>;
}

interface Media {
  readonly schema: object;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** A path and method of the document. */
export interface DocumentedRoute {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

/** A document that answers are held against. Its objects hold nothing but what it tells. */
export class ApiDocument {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor(private readonly document: { paths: Record<string, Record<string, Operation>>; components: object }) {
    formats.default(this.ajv);
    this.ajv.addSchema({ $id: 'api', components: closed(document.components) });
  }

  get routes(): DocumentedRoute[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        path,
        method: method.toUpperCase(),
        operation,
      })),
    );
  }

  /** The route that a request is for. */
  find(method: string, path: string): DocumentedRoute | undefined {
    const exact = (template: string): number => (template.match(/\{/g) ?? []).length;
    return this.routes
      .filter((route) => route.method === method && matches(route.path, path))
      .sort((a, b) => exact(a.path) - exact(b.path))[0];
  }

  /** What is wrong with an answer by the document; empty where nothing is. */
  faultsOf({ operation }: DocumentedRoute, status: number, type: string, body: string): string[] {
    const answer = operation.responses[String(status)] ?? operation.responses['default'];
    const media = answer?.content?.[type] ?? answer?.content?.['*/*'];
    if (!media) return body === '' && answer && !answer.content ? [] : [`${status} with ${type} is not documented`];
    return type.includes('json') && type !== 'application/jsonl' ? this.faults(media.schema, JSON.parse(body)) : [];
  }

  /** What is wrong with the examples of the document. */
  exampleFaults(): string[] {
    return this.routes.flatMap(({ operation }) => {
      const { requestBody, responses } = operation;
      const medias = [requestBody, ...Object.values(responses)].flatMap((each) => Object.values(each?.content ?? {}));
      return medias.flatMap(({ schema, example, examples = {} }) => {
        const all = [example, ...Object.values(examples).map(({ value }) => value)].filter(
          (each) => each !== undefined,
        );
        const faults = all.length === 0 ? ['there is no example'] : all.flatMap((each) => this.faults(schema, each));
        return faults.map((fault) => `${operation.operationId}: ${fault}`);
      });
    });
  }

  private faults(schema: object, value: unknown): string[] {
    const key = JSON.stringify(schema);
    const validate =
      this.validators.get(key) ?? this.ajv.compile(JSON.parse(key.replaceAll('"#/', '"api#/')) as object);
    this.validators.set(key, validate);
    return validate(value)
      ? []
      : (validate.errors ?? []).map(
          (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
        );
  }
}

function matches(template: string, path: string): boolean {
  const [wanted, given] = [template.split('/'), path.split('/')];
  return wanted.length === given.length && wanted.every((part, at) => part.startsWith('{') || part === given[at]);
}

/** No property may be there that is not documented. */
function closed<T>(schema: T): T {
  if (Array.isArray(schema)) return schema.map(closed) as T;
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, name === 'example' ? value : closed(value)]),
  );
  const open = 'properties' in schema && 'type' in schema && !('additionalProperties' in schema);
  return { ...inner, ...(open && { additionalProperties: false }) } as T;
}
