import { ApiDocument } from './api-document.js';
import { type HangarProcess } from './hangar-process.js';

/** An answer of the API, read whole. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** Empty where it is no JSON object. */
  readonly json: Record<string, unknown>;
}

/** Calls the API as an operator, and validates every response against the OpenAPI document. */
export class ApiClient {
  /** The operations that were called with success. */
  readonly done = new Set<string>();
  /** Responses that the OpenAPI document does not describe. */
  readonly faults: string[] = [];

  private constructor(
    private readonly url: string,
    private readonly token: string,
    readonly document: ApiDocument,
  ) {}

  /** @param credential a bearer token; that of development by default */
  static async of({ url, log }: HangarProcess, credential = developmentToken(log)): Promise<ApiClient> {
    const document = await (await fetch(`${url}/api/openapi.json`)).json();
    return new ApiClient(url, credential, new ApiDocument(document as ConstructorParameters<typeof ApiDocument>[0]));
  }

  /** @param path below `/api/v1/` */
  async call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    const url = new URL(`/api/v1/${path}`, this.url);
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const type = (response.headers.get('content-type') ?? '').split(';', 1)[0] ?? '';
    this.check(method, url.pathname, response.status, type, bytes.toString());
    const json = type.endsWith('json') ? (JSON.parse(bytes.toString()) as Record<string, unknown>) : {};
    return { status: response.status, headers: response.headers, bytes, json };
  }

  private check(method: string, path: string, status: number, type: string, body: string): void {
    const route = this.document.find(method, path);
    if (!route) return;
    if (status < 300) this.done.add(route.operation.operationId);
    const faults = this.document.faultsOf(route, status, type, body);
    this.faults.push(...faults.map((fault) => `${method} ${path} ${status}: ${fault}`));
  }
}

/** The token that the server has printed. */
export function developmentToken(log: string): string {
  return /\/console\/sign-in\?token=([\w-]{32})/.exec(log)?.[1] ?? '';
}

/** The routes that the server says that it has, as `GET /path/{name}`, below these paths. */
export function mappedRoutes(log: string, below: RegExp): string[] {
  const mapped = [...log.matchAll(/Mapped \{([^,}]+), ([A-Z]+)\} route/g)];
  return mapped
    .filter(([, path = '']) => below.test(path))
    .map(([, path = '', method = '']) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
}
