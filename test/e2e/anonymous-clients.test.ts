import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { HangarWithSimulator, pingWebhook, sign } from '../support/hangar-with-simulator.js';
import { RawSocket, requestHead } from '../support/raw-socket.js';
import { until } from '../support/until.js';

const JSON_TYPE = { 'content-type': 'application/json' };
/** It has the form of a signature. */
const FORGED = 'a'.repeat(64);
const WEBHOOKS = '/webhooks/plane';
/** Bodies that bring 64 KB this often are not cut off for their own sake. */
const SLOW_MS = 7000;

let together: HangarWithSimulator;
let metricsPort: number;
const sockets: RawSocket[] = [];

beforeAll(async () => {
  metricsPort = await freePort();
  together = await HangarWithSimulator.start({ environment: { METRICS_PORT: String(metricsPort) } });
});

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

afterAll(() => together.stop());

/** Opens a connection that sends a head with a declared length, and then only the text. */
function open(
  head: { method?: string; path?: string; headers?: Record<string, string | number> },
  text: string | Buffer = '',
  from?: string,
): RawSocket {
  const { method = 'POST', path = WEBHOOKS, headers = {} } = head;
  const bytes = [Buffer.from(requestHead(method, path, { ...JSON_TYPE, ...headers })), Buffer.from(text)];
  const socket = RawSocket.open(together.url, Buffer.concat(bytes), from);
  sockets.push(socket);
  return socket;
}

const forged = (length: number): { headers: Record<string, string | number> } => ({
  headers: { 'x-plane-signature': FORGED, 'content-length': length },
});

const accepted = async (): Promise<boolean> => (await together.deliver(pingWebhook('v2'))).status === 202;

const padded = (bytes: number): string =>
  JSON.stringify({ ...(JSON.parse(pingWebhook('v2')) as object), filler: 'x'.repeat(bytes) });

/** Warnings and errors that the server has logged. */
const warnings = (): string[] =>
  together.hangar.log.split('\n').filter((line) => /"level":"(?:warn|error)"/.test(line));

describe('a request that cannot be a webhook', () => {
  it.each([undefined, '', 'sha256=abc', 'A'.repeat(64), 'a'.repeat(63)])(
    'because its signature is %j is answered 401 before its body is sent, and disconnected',
    async (signature) => {
      const headers = {
        'content-length': 4_000_000,
        ...(signature !== undefined && { 'x-plane-signature': signature }),
      };
      const socket = open({ headers }, '{');
      expect(await until('the answer', () => socket.status)).toBe(401);
      expect(socket.received).toContain('application/problem+json');
      await until('the connection to be closed', () => socket.closed);
    },
  );

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'because its method is %s is answered 405 before its body is sent, and disconnected',
    async (method) => {
      const socket = open({ method, headers: { 'content-length': 4_000_000 } }, '{');
      expect(await until('the answer', () => socket.status)).toBe(405);
      expect(socket.received).toMatch(/^allow: POST\r$/im);
      await until('the connection to be closed', () => socket.closed);
    },
  );

  it('but is sent completely keeps its connection', async () => {
    const socket = open({ headers: { 'content-length': 2 } }, '{}');
    expect(await until('the answer', () => socket.status)).toBe(401);
    socket.send(requestHead('GET', '/health/live', {}));
    await until('the second answer', () => socket.received.includes('HTTP/1.1 200'));
  });

  it('is counted as unsigned', async () => {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    expect(Number(/hangar_webhooks_received_total\{outcome="unsigned"\} (\d+)/.exec(text)?.[1])).toBeGreaterThan(0);
  });
});

describe('a signed webhook is accepted', () => {
  it.each([
    ['large webhooks without a signature', () => open({ headers: { 'content-length': 5_000_000 } }, '{')],
    ['large webhooks', () => open(forged(5_000_000), '{')],
    ['large webhooks that stopped halfway', () => open(forged(5_000_000), Buffer.alloc(2_500_000, ' '))],
    ['small webhooks', () => open(forged(65_536), '{')],
    ['webhooks of unknown length', () => open(chunked(), '1\r\n{\r\n')],
  ])('while 60 connections of one client stand with %s', async (_, stand) => {
    for (let count = 0; count < 60; count += 1) stand();
    expect(await accepted()).toBe(true);
    expect(await accepted()).toBe(true);
  });

  it('with 4 MB while a client occupies its share with bodies that stopped halfway', async () => {
    for (let count = 0; count < 12; count += 1) open(forged(5_000_000), Buffer.alloc(2_500_000, ' '), '127.0.0.2');
    expect(await together.deliver(padded(4_000_000))).toMatchObject({ status: 202 });
  });

  it.each<[string, (round: number) => string]>([
    ['one client', () => '127.0.0.1'],
    ['two clients', (round) => `127.0.0.${2 + (round % 2)}`],
  ])('with 100 KB before Plane gives up, while 34 slow bodies of %s are open', async (_, from) => {
    const waiting = (): number => together.hangar.log.split('delayed by backpressure').length - 1;
    const before = waiting();
    const slow: RawSocket[] = [];
    for (let round = 0; round < 34; round += 1) slow.push(open(forged(5_000_000), 'x'.repeat(70_000), from(round)));
    await until('all places to be taken', () => waiting() >= before + 2);
    let rounds = 0;
    const feeding = setInterval(() => {
      rounds += 1;
      for (const socket of slow) socket.send('x'.repeat(70_000));
    }, SLOW_MS);
    try {
      const givenUp = until('Plane to give up', () => rounds >= 4);
      expect(await Promise.race([together.deliver(padded(100_000)), givenUp])).toMatchObject({ status: 202 });
      expect(slow.filter(({ closed }) => !closed).length).toBeGreaterThan(0);
    } finally {
      clearInterval(feeding);
      rounds = 4; // ends the wait
    }
  });

  it('after small bodies of a client have filled their lane', async () => {
    for (let count = 0; count < 300; count += 1) open(forged(60_000), Buffer.alloc(59_000, ' '));
    await until('some to be cut off', () => sockets.some(({ closed }) => closed));
    expect(await accepted()).toBe(true);
  });
});

describe('a body that does not progress', () => {
  it.each([
    ['nothing', () => open(forged(1000))],
    ['a part of it', () => open(forged(5_000_000), '{')],
    ['a chunk of it', () => open(chunked(), '1\r\n{\r\n')],
  ])('after %s is cut off', async (_, stand) => {
    const socket = stand();
    await until('the connection to be closed', () => socket.closed);
    expect(socket.status ?? 408).toBe(408);
  });

  it('but trickles is cut off', async () => {
    const socket = open(forged(5_000_000), '{');
    const closed = until('the connection to be closed', () => {
      socket.send(' ');
      return socket.closed;
    });
    expect(await closed).toBe(true);
  });

  it('is no warning about the database', async () => {
    const before = warnings().length;
    for (let count = 0; count < 50; count += 1) open(forged(1000), '{');
    for (let count = 0; count < 50; count += 1)
      open({ path: '/console/back-channel-logout', headers: { 'content-length': 1000 } }, '{');
    expect(await accepted()).toBe(true);
    for (const socket of sockets.splice(0)) socket.destroy();
    expect(await accepted()).toBe(true);
    const added = warnings().slice(before);
    expect(added.filter((line) => /database/i.test(line))).toEqual([]);
    expect(added.length).toBeLessThan(5);
  });
});

function chunked(): { headers: Record<string, string> } {
  return { headers: { 'x-plane-signature': FORGED, 'transfer-encoding': 'chunked' } };
}

describe('the address of webhooks', () => {
  it.each(['/webhooks/plane/', '//webhooks/plane', '//webhooks//plane//', '/webhooks/plane/?source=proxy'])(
    'may be written %s',
    async (path) => {
      const body = pingWebhook('v2');
      const headers = { 'x-plane-signature': sign(body, together.simulator.webhookSecret) };
      const socket = open({ path, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, body);
      expect(await until('the answer', () => socket.status)).toBe(202);
    },
  );
});

describe('a company’s domain', () => {
  it('may add 32 KB of headers', async () => {
    const socket = open({ method: 'GET', path: '/health/live', headers: { cookie: `a=${'x'.repeat(32_768)}` } });
    expect(await until('the answer', () => socket.status)).toBe(200);
  });
});

describe('a request without credentials is answered before its body is sent, and disconnected', () => {
  it.each<[string, string, number]>([
    ['PUT', '/api/v1/webhook-secrets/a', 401],
    ['POST', '/api/v1/dead-letters/redrive', 401],
    ['POST', '/console/webhook-secrets/set', 303],
    ['POST', '/console/sign-out', 401],
    ['POST', '/nowhere', 404],
    ['POST', '/api/v1/nowhere', 404],
    ['POST', '/oauth/setup', 404],
    ['GET', '/console/sign-in', 401],
  ])('%s %s with %i', async (method, path, status) => {
    const socket = open({ method, path, headers: { 'content-length': 100_000 } }, '{');
    expect(await until('the answer', () => socket.status)).toBe(status);
    await until('the connection to be closed', () => socket.closed);
  });
});

describe('too many requests of one address', () => {
  let limited: HangarWithSimulator;

  beforeAll(async () => {
    const environment = { HANGAR_REQUESTS_PER_MINUTE: '20', TRUSTED_PROXIES: '127.0.0.1' };
    limited = await HangarWithSimulator.start({ environment });
  });

  afterAll(() => limited.stop());

  const statuses = async (path: string, ...addresses: string[]): Promise<ReadonlySet<number>> => {
    const found = new Set<number>();
    for (let count = 0; count < 30; count += 1) {
      const address = addresses[count % addresses.length] ?? '';
      const headers = { 'x-forwarded-for': address, accept: 'application/json' };
      const answer = await fetch(`${limited.url}${path}`, { headers, redirect: 'manual' });
      if (answer.status === 429) {
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
        const reason = path === '/oauth/callback' ? 'oauth_callbacks_limited' : 'too_many_requests';
        expect(await answer.json()).toMatchObject({ type: `urn:hangar:${reason}`, status: 429 });
      }
      found.add(answer.status);
    }
    return found;
  };

  it.each(['/oauth/callback', '/api/v1/me', '/console/sign-in', '/nowhere'])('to %s are answered 429', async (path) => {
    expect(await statuses(path, `198.51.100.${path.length}`)).toContain(429);
  });

  it.each([
    ['with the port of the connection', ['198.51.100.77:50001', '198.51.100.77:50002', '198.51.100.77']],
    ['in brackets', ['[2001:db8::1]:443', '[2001:db8::1]', '2001:db8::1']],
    ['behind anything that is none', ['x1, 198.51.100.78', '<script>, 198.51.100.78', '1, unknown, 198.51.100.78']],
    ['of the proxy, where it names none', ['unknown', '"x"', 'a'.repeat(500)]],
  ])('are counted by the address %s', async (_, addresses) => {
    expect(await statuses('/nowhere', ...addresses)).toContain(429);
  });

  it('do not stop those of other addresses', async () => {
    expect(await statuses('/oauth/callback', '198.51.100.1')).toContain(429);
    const other = await fetch(`${limited.url}/oauth/callback`, { headers: { 'x-forwarded-for': '198.51.100.2' } });
    expect(other.status).not.toBe(429);
  });

  it('are never answered 429 if they are webhooks or probes', async () => {
    expect(await statuses('/webhooks/plane', '198.51.100.50')).toEqual(new Set([405]));
    expect(await statuses('/health/live', '198.51.100.50')).toEqual(new Set([200]));
    for (let count = 0; count < 30; count += 1)
      expect(await limited.deliver(pingWebhook('v2'))).toMatchObject({ status: 202 });
  });
});

describe('more connections than HANGAR_MAX_CONNECTIONS', () => {
  const MAX = 20;
  let small: HangarWithSimulator;

  beforeAll(async () => {
    small = await HangarWithSimulator.start({ environment: { HANGAR_MAX_CONNECTIONS: String(MAX) } });
  });

  afterAll(() => small.stop());

  it('close those that wait for their client, and no webhook is refused', async () => {
    const idle = Array.from({ length: 2 * MAX }, () => RawSocket.open(small.url, 'POST /webhooks/plane HTTP/1.1\r\n'));
    sockets.push(...idle);
    await until('the oldest to be closed', () => idle.filter(({ closed }) => closed).length >= MAX);
    for (let count = 0; count < MAX; count += 1)
      expect(await small.deliver(pingWebhook('v2'))).toMatchObject({ status: 202 });
  });
});
