import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { resourceLists, RESOURCES } from './kubernetes-discovery.js';
import { type ClusterObject, merged, objectIn, withStatus } from './kubernetes-objects.js';

/** `/apis/apps/v1/namespaces/hangar/deployments/hangar-worker`, by its parts. */
const PATH =
  /^\/(?:api|apis\/[^/]+)\/[^/]+(?:\/namespaces\/(?<namespace>[^/]+))?\/(?<plural>[a-z]+)(?:\/(?<name>[^/]+)(?<log>\/log)?)?$/;

/** Whether an object is of those that a list or watch asks for. */
function matches({ kind, metadata }: ClusterObject, plural: string, query: URLSearchParams): boolean {
  const name = /metadata\.name=([^,]+)/.exec(query.get('fieldSelector') ?? '')?.[1];
  const labels = (query.get('labelSelector') ?? '').split(',').filter(Boolean);
  const has = (pair: string): boolean => metadata.labels?.[pair.split('=')[0] ?? ''] === pair.split('=').at(-1);
  return RESOURCES[plural]?.kind === kind && (!name || metadata.name === name) && labels.every(has);
}

/** A stand-in for the API server of Kubernetes: keeps objects in memory, and runs nothing. Jobs are complete, pods of tests succeeded, and Deployments available as soon as they exist, if what they name exists. */
export interface KubernetesApi {
  readonly url: string;
  /** Requests that changed something: `POST jobs/hangar-migrate`. */
  readonly changes: string[];
  /** Every object, by kind and name: `Deployment hangar-worker`. */
  readonly objects: ReadonlyMap<string, ClusterObject>;
  /** Adds an object that someone else made. */
  add(object: Omit<ClusterObject, 'status'>): void;
  /** Exit codes of containers by name, where not 0. */
  readonly exitCodes: Map<string, number>;
  close(): Promise<void>;
}

/** Starts one on a free port. */
export async function startKubernetesApi(): Promise<KubernetesApi> {
  const [objects, changes, exitCodes] = [new Map<string, ClusterObject>(), [] as string[], new Map<string, number>()];
  const watchers = new Map<ServerResponse, (type: string, object: ClusterObject) => void>();
  let version = 100;

  function store(object: Omit<ClusterObject, 'status'>): ClusterObject {
    const key = `${object.kind} ${object.metadata.name}`;
    const known = objects.get(key);
    version += 1;
    const {
      uid = `uid-${version}`,
      generation = 0,
      creationTimestamp = new Date().toISOString(),
    } = known?.metadata ?? {};
    const own = { uid, generation: generation + 1, creationTimestamp, resourceVersion: String(version) };
    const stored = withStatus({ ...object, metadata: { ...object.metadata, ...own } }, objects, exitCodes);
    objects.set(key, stored);
    for (const tell of watchers.values()) tell(known ? 'MODIFIED' : 'ADDED', stored);
    return stored;
  }

  function list(plural: string, query: URLSearchParams): ClusterObject[] {
    return [...objects.values()].filter((object) => matches(object, plural, query));
  }

  function watch(plural: string, query: URLSearchParams, response: ServerResponse): void {
    const { apiVersion, kind } = RESOURCES[plural] ?? {};
    const tell = (type: string, object: object): void => void response.write(`${JSON.stringify({ type, object })}\n`);
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();
    watchers.set(response, (type, object) => {
      if (matches(object, plural, query)) tell(type, object);
    });
    response.on('close', () => watchers.delete(response));
    if (query.get('sendInitialEvents') !== 'true') return;
    for (const object of list(plural, query)) tell('ADDED', object);
    const annotations = { 'k8s.io/initial-events-end': 'true' };
    tell('BOOKMARK', { apiVersion, kind, metadata: { resourceVersion: String(version), annotations } });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    const missing = (): void =>
      send(404, {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        reason: 'NotFound',
        code: 404,
        message: `${pathname} not found`,
      });
    // No schema of any kind: tests of the chart check manifests by Kubernetes' types.
    if (pathname === '/openapi/v2') return void response.end();
    const discovered = resourceLists(pathname);
    if (discovered) return send(200, discovered);
    const { plural = '', name, log } = PATH.exec(pathname)?.groups ?? {};
    const resource = RESOURCES[plural];
    if (!resource) return missing();
    const { method = 'GET' } = request;
    if (method !== 'GET' && !searchParams.has('dryRun')) changes.push(`${method} ${plural}/${name ?? ''}`);
    if (method === 'GET' && !name) {
      if (searchParams.get('watch') === 'true') return watch(plural, searchParams, response);
      const { apiVersion, kind } = resource;
      return send(200, {
        apiVersion,
        kind: `${kind}List`,
        metadata: { resourceVersion: String(version) },
        items: list(plural, searchParams),
      });
    }
    const body = method === 'GET' || method === 'DELETE' ? undefined : objectIn(await buffer(request));
    if (method === 'POST' && body) {
      changes.push(`${changes.pop()}${body.metadata.name}`);
      return send(201, store(body));
    }
    const key = `${resource.kind} ${name}`;
    const known = objects.get(key);
    if (log && known) return void response.end(`the log of ${name}\n`);
    if (body && request.headers['content-type']?.startsWith('application/apply-patch'))
      return send(known ? 200 : 201, store(body));
    if (!known) return missing();
    if (method === 'GET') return send(200, known);
    if (body) return send(200, store(method === 'PATCH' ? merged(known, body) : body));
    objects.delete(key);
    for (const tell of watchers.values()) tell('DELETED', known);
    return send(200, { kind: 'Status', apiVersion: 'v1', status: 'Success' });
  }

  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, changes, objects, exitCodes, add: (object) => void store(object), close };
}
