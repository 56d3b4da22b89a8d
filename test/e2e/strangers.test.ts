import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { HangarWithSimulator, pingWebhook, sign } from '../support/hangar-with-simulator.js';
import { RawSocket, requestHead } from '../support/raw-socket.js';
import { until } from '../support/until.js';

const JSON_TYPE = { 'content-type': 'application/json' };
/** It has the form of a signature. */
const FORGED = 'a'.repeat(64);
const WEBHOOKS = '/webhooks/plane';

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

async function expectAccepted(): Promise<void> {
  expect(await together.deliver(pingWebhook('v2'))).toMatchObject({ status: 202 });
}

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
  ])('while 60 connections of a stranger stand with %s', async (_, stand) => {
    for (let count = 0; count < 60; count += 1) stand();
    await expectAccepted();
    await expectAccepted();
  });

  it('with 4 MB while a stranger occupies his share with bodies that stopped halfway', async () => {
    for (let count = 0; count < 12; count += 1) open(forged(5_000_000), Buffer.alloc(2_500_000, ' '), '127.0.0.2');
    const body = JSON.stringify({ ...(JSON.parse(pingWebhook('v2')) as object), filler: 'x'.repeat(4_000_000) });
    expect(await together.deliver(body)).toMatchObject({ status: 202 });
  });

  it('after small bodies of strangers have filled their lane', async () => {
    for (let count = 0; count < 300; count += 1) open(forged(60_000), Buffer.alloc(59_000, ' '));
    await until('some to be cut off', () => sockets.some(({ closed }) => closed));
    await expectAccepted();
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
    await until('the connection to be closed', () => {
      socket.send(' ');
      return socket.closed;
    });
  });

  it('is no warning about the database', async () => {
    const before = warnings().length;
    for (let count = 0; count < 50; count += 1) open(forged(1000), '{').destroy();
    for (let count = 0; count < 50; count += 1)
      open({ path: '/console/back-channel-logout', headers: { 'content-length': 1000 } }, '{').destroy();
    await expectAccepted();
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
