import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FULL_SIZE } from '../support/full-size.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { RawSocket, requestHead } from '../support/raw-socket.js';

const REQUESTS = FULL_SIZE ? 2000 : 500;
const MAX_GROWTH_MEGABYTES = 60;
const MAX_LOG_LINES = 50;
const BODY = Buffer.alloc(1_000_000, ' ');
const SMALL_BODY = BODY.subarray(0, 60_000);
const JSON_TYPE = { 'content-type': 'application/json' };
const SIGNED = { ...JSON_TYPE, 'x-plane-signature': 'a'.repeat(64) };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

interface Attack {
  readonly method?: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: Buffer;
  /** How much of the body is not sent. */
  readonly missing?: number;
}

const ATTACKS: readonly [name: string, attack: Attack][] = [
  ['with another method', { method: 'PUT', path: '/webhooks/plane', headers: JSON_TYPE }],
  ['without a signature', { path: '/webhooks/plane', headers: JSON_TYPE }],
  ['with a forged signature', { path: '/webhooks/plane', headers: SIGNED }],
  ['that are large and incomplete', { path: '/webhooks/plane', headers: SIGNED, missing: 1 }],
  ['that are small and incomplete', { path: '/webhooks/plane', headers: SIGNED, body: SMALL_BODY, missing: 1 }],
  ['to no route', { path: '/nowhere', headers: JSON_TYPE, body: BODY.subarray(0, 200_000), missing: 1 }],
  [
    'to the API',
    {
      method: 'PUT',
      path: '/api/v1/webhook-secrets/a',
      headers: JSON_TYPE,
      body: BODY.subarray(0, 200_000),
      missing: 1,
    },
  ],
  ['to the console', { path: '/console/sign-out', headers: FORM, body: SMALL_BODY, missing: 1 }],
  ['to the back channel', { path: '/console/back-channel-logout', headers: FORM, body: SMALL_BODY, missing: 1 }],
  ['that read pages with a body', { method: 'GET', path: '/console/sign-in', headers: JSON_TYPE }],
  ['that call back with a body', { method: 'GET', path: '/oauth/callback', headers: JSON_TYPE }],
];

describe(`${REQUESTS} requests of unauthenticated clients at once`, () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({
      environment: { LOG_LEVEL: 'info', HANGAR_ROLES: 'receiver,console', HANGAR_REQUESTS_PER_MINUTE: '1000000' },
    });
    for (let count = 0; count < 200; count += 1) await together.deliver(pingWebhook('v2'));
  });

  afterAll(() => together.stop());

  const megabytes = (): number => {
    const status = readFileSync(`/proc/${together.hangar.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
  };

  it.each(ATTACKS)('%s take no memory and do not delay signed webhooks', async (name, attack) => {
    const { method = 'POST', path, headers, body = BODY, missing = 0 } = attack;
    const head = Buffer.from(requestHead(method, path, { ...headers, 'content-length': body.length }));
    const before = { megabytes: megabytes(), lines: together.hangar.log.split('\n').length };
    let peak = before.megabytes;
    const watch = setInterval(() => (peak = Math.max(peak, megabytes())), 20);
    const sockets = Array.from({ length: REQUESTS }, () => {
      const socket = RawSocket.open(together.url, head);
      socket.send(body.subarray(0, body.length - missing));
      return socket;
    });
    const startedAt = performance.now();
    for (let count = 0; count < 5; count += 1)
      expect(await together.deliver(pingWebhook('v2'))).toMatchObject({ status: 202 });
    const ms = Math.round((performance.now() - startedAt) / 5);
    await wait(3000);
    clearInterval(watch);
    for (const socket of sockets) socket.destroy();
    const growth = Math.round(peak - before.megabytes);
    const lines = together.hangar.log.split('\n').length - before.lines;
    process.stdout.write(
      `${JSON.stringify({ name, from: Math.round(before.megabytes), growth, lines, webhookMs: ms })}\n`,
    );
    expect(lines).toBeLessThan(MAX_LOG_LINES);
    expect(growth).toBeLessThan(MAX_GROWTH_MEGABYTES);
  });
});
