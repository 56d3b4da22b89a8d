import { randomBytes } from 'node:crypto';
import { request as rawRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HangarModule } from '../../src/host/hangar.module.js';
import { forgetDeclaredHandlers } from '../../src/webhooks/discovery/declared-handlers.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  events,
  HOST_KEY,
  KeptLogger,
  type Platform,
  type RunningHost,
  slow,
  startHost,
} from '../support/host-application.js';

const TEXT = { ...HOST_KEY, 'content-type': 'text/plain' };
const JSON_TYPE = { ...HOST_KEY, 'content-type': 'application/json' };
const FORM = { ...HOST_KEY, 'content-type': 'application/x-www-form-urlencoded' };

/** Requests that only the host answers. */
const REQUESTS: readonly (readonly [what: string, path: string, init: RequestInit])[] = [
  ['a route', '/api/v1/items/1?q=2', { headers: { ...HOST_KEY, cookie: 'a=1; hangar-oauth-x=2; b=%20' } }],
  ['a version', '/api/v2/items', { headers: HOST_KEY }],
  ['a cookie', '/api/v1/cookie', { headers: HOST_KEY }],
  ['the guard', '/api/v1/items/1', {}],
  [
    'the guard before a body',
    '/api/v1/echo',
    { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } },
  ],
  ['the pipe', '/api/v1/echo', { method: 'POST', body: '{"x":"bad"}', headers: JSON_TYPE }],
  ['an error', '/api/v1/fail', { headers: HOST_KEY }],
  ['a HEAD request', '/api/v1/items/1', { method: 'HEAD', headers: HOST_KEY }],
  [
    'a preflight',
    '/api/v1/items/1',
    { method: 'OPTIONS', headers: { origin: 'https://x.example', 'access-control-request-method': 'PUT' } },
  ],
  ['another method', '/api/v1/items/1', { method: 'DELETE', headers: HOST_KEY }],
  ['no route', '/api/v1/none', { headers: HOST_KEY }],
  ['no route with a body', '/none', { method: 'POST', body: '{"a":1}', headers: JSON_TYPE }],
  ['JSON', '/api/v1/echo', { method: 'POST', body: '{"a":[1,{"b":"ü"}]}', headers: JSON_TYPE }],
  ['wrong JSON', '/api/v1/echo', { method: 'POST', body: '{"a":', headers: JSON_TYPE }],
  ['deep JSON', '/api/v1/echo', { method: 'POST', body: '['.repeat(40) + ']'.repeat(40), headers: JSON_TYPE }],
  ['large JSON', '/api/v1/echo', { method: 'POST', body: JSON.stringify('x'.repeat(90_000)), headers: JSON_TYPE }],
  ['larger JSON', '/api/v1/echo', { method: 'POST', body: JSON.stringify('x'.repeat(900_000)), headers: JSON_TYPE }],
  [
    'too large JSON',
    '/api/v1/echo',
    { method: 'POST', body: JSON.stringify('x'.repeat(1_200_000)), headers: JSON_TYPE },
  ],
  ['a form', '/api/v1/echo', { method: 'POST', body: 'a=1&b[c]=2&d=x+y', headers: FORM }],
  ['a large form', '/api/v1/echo', { method: 'POST', body: `a=${'x'.repeat(80_000)}`, headers: FORM }],
  ['text', '/api/v1/echo', { method: 'POST', body: 'as it is', headers: TEXT }],
  ['too large text', '/api/v1/echo', { method: 'POST', body: 'x'.repeat(51), headers: TEXT }],
  [
    'bytes',
    '/api/v1/echo',
    {
      method: 'POST',
      body: new Uint8Array([0, 1, 255]),
      headers: { ...HOST_KEY, 'content-type': 'application/octet-stream' },
    },
  ],
  ['an empty body', '/api/v1/echo', { method: 'POST', headers: HOST_KEY }],
  [
    "a path of Hangar's with the prefix of the host",
    '/api/v1/webhooks/plane',
    { method: 'POST', body: '{"a":1}', headers: JSON_TYPE },
  ],
  ["a path of Hangar's without its prefix", '/webhooks/plane', { method: 'POST', body: '{"a":1}', headers: JSON_TYPE }],
  ["the path of Hangar's console", '/console', { headers: HOST_KEY }],
  ["a path that begins like Hangar's", '/hangars/health/live', { headers: HOST_KEY }],
  ["a path of Hangar's behind the global prefix", '/api/hangar/health/live', { headers: HOST_KEY }],
  ['an address that cannot be decoded', '/api/v1/items/%zz', { headers: HOST_KEY }],
];

const PROCESS_EVENTS = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'exit',
  'beforeExit',
  'uncaughtException',
  'unhandledRejection',
  'warning',
  'multipleResolves',
];
const listeners = (): number[] => PROCESS_EVENTS.map((name) => process.listenerCount(name));

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

async function ask({ url }: RunningHost, path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(`${url}${path}`, { ...init, redirect: 'manual' });
  const { date: _, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, body: (await response.text()).replaceAll(url, '') };
}

describe.each<Platform>(['express', 'fastify'])('an application on %s with HangarModule', (platform) => {
  let database: TestDatabase;
  let without: RunningHost;
  let withHangar: RunningHost;
  const log = new KeptLogger();
  const before = listeners();

  beforeAll(async () => {
    forgetDeclaredHandlers(); // of other test files in this process
    database = await createTestDatabase({ empty: true });
    const config = {
      NODE_ENV: 'development',
      DATABASE_URL: database.url,
      HANGAR_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
      PLANE_CLIENT_ID: 'id',
      PLANE_CLIENT_SECRET: 'hush',
      PLANE_BASE_URL: 'http://127.0.0.1:9',
    };
    without = await startHost(platform);
    withHangar = await startHost(platform, {
      logger: log,
      imports: [HangarModule.forRoot({ config, environment: false, migrate: true })],
    });
  });

  afterAll(async () => {
    for (const host of [without, withHangar] as (RunningHost | undefined)[]) await host?.app.close();
    await database.drop();
  });

  const statuses = new Set<number>();

  it.each(REQUESTS)('answers as before: %s', async (_, path, init) => {
    const [plain, embedding] = [await ask(without, path, init), await ask(withHangar, path, init)];
    expect(embedding).toEqual(plain);
    statuses.add(plain.status);
  });

  it('was asked for what it answers and for what it rejects', () => {
    expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 204, 400, 401, 404, 413, 500]));
  });

  it("has Hangar's routes below its prefix, to which nothing of the host applies", async () => {
    const live = await ask(withHangar, '/hangar/health/live', {});
    expect([live.status, live.body]).toEqual([200, '{"status":"ok"}']);
    expect(live.headers['x-host-middleware']).toBeUndefined();
    const others = ['x-powered-by', 'access-control-allow-origin', 'vary'].map((name) => live.headers[name]);
    expect(others).toEqual([undefined, undefined, undefined]);
    const unsigned = await ask(withHangar, '/hangar/webhooks/plane', {
      method: 'POST',
      body: '{"a":"bad"}',
      headers: JSON_TYPE,
    });
    expect([unsigned.status, JSON.parse(unsigned.body)]).toEqual([
      401,
      expect.objectContaining({ type: 'urn:hangar:signature_invalid' }),
    ]);
    const none = await ask(withHangar, '/hangar/console', { headers: HOST_KEY });
    expect([none.status, none.headers['content-type']]).toEqual([
      404,
      expect.stringContaining('application/problem+json'),
    ]);
    const root = await ask(withHangar, '/hangar', { headers: { accept: 'application/json' } });
    expect(JSON.parse(root.body)).toMatchObject({ name: 'hangar', roles: ['receiver', 'worker', 'scheduler'] });
  });

  it("has its tables in a schema of their own, and none of the host's logger, process and connections", async () => {
    const schemas = await database.query<{ name: string; tables: number }>(
      `SELECT table_schema AS name, count(*)::int AS tables FROM information_schema.tables
       WHERE table_schema IN ('public', 'hangar') GROUP BY 1`,
    );
    expect(schemas).toEqual([{ name: 'hangar', tables: expect.any(Number) }]);
    expect(listeners()).toEqual(before);
    expect(log.lines).toContainEqual(
      expect.stringMatching(/^Hangar has started: roles receiver, worker, scheduler, webhooks at/),
    );
  });

  it('stops as before: a request in flight is answered, and the host is told in the same order', async () => {
    const ends = [];
    for (const host of [without, withHangar]) {
      Object.assign(slow, { begun: Promise.withResolvers<void>(), end: Promise.withResolvers<void>() });
      events.length = 0;
      const answering = closingRequest(host.url);
      await slow.begun.promise;
      const closing = host.app.close();
      slow.end.resolve();
      ends.push([await answering, await closing.then(() => [...events])]);
      await expect(fetch(host.url)).rejects.toThrow('fetch failed');
    }
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[0]).toEqual(['{"host":"answered"}', ['destroy', 'shutdown undefined']]);
    expect(listeners()).toEqual(before);
    const serious = log.lines.filter((line) => /^(?:WARN|ERROR)/.test(line));
    expect(serious).toEqual([
      expect.stringContaining('PLANE_WEBHOOK_SECRETS is not set'),
      expect.stringContaining('webhook rejected'),
    ]);
  });
});

/** The body of the answer of the slow route, on a connection that is not kept. */
async function closingRequest(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = rawRequest(`${url}/api/v1/slow`, { agent: false, headers: HOST_KEY }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve(body));
    });
    request.on('error', reject).end();
  });
}
