import { once } from 'node:events';
import { Agent } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from '../support/database.js';
import { HangarProcess } from '../support/hangar-process.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';
import { postWebhook } from '../support/webhook-load.js';

describe('the time that a server takes to stop', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({ environment: { HANGAR_ROLES: 'receiver' } });
    await together.install();
  });

  afterAll(() => together.stop());

  /** Ends it, and resolves with its exit code and the seconds that it took. */
  async function ended(hangar: HangarProcess): Promise<{ code: number | string; seconds: number }> {
    const toldAt = performance.now();
    const code = await hangar.end('SIGTERM');
    return { code, seconds: (performance.now() - toldAt) / 1000 };
  }

  it.concurrent('suffices with HANGAR_DRAIN_SECONDS=1, also where connections are kept open', async () => {
    const hangar = await together.startReplica({ HANGAR_DRAIN_SECONDS: '1' });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await postWebhook(hangar.url, pingWebhook('v2'), agent)).status).toBe(202);
    const { code } = await ended(hangar);
    expect([code, hangar.log.match(/HANGAR_DRAIN_SECONDS are over.*/)]).toEqual([0, null]);
  });

  it.concurrent('is not used up by a collector of traces that hangs', async () => {
    const collector = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    const hangar = await together.startReplica({
      HANGAR_DRAIN_SECONDS: '2',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    });
    expect((await together.deliver(pingWebhook('v2'), {}, hangar.url)).status).toBe(202);
    const { code } = await ended(hangar);
    collector.close();
    expect([code, hangar.log.match(/HANGAR_DRAIN_SECONDS are over.*/)]).toEqual([0, null]);
  });

  it.concurrent('is bounded for a start that hangs', async () => {
    const database = await createTestDatabase();
    const blocker = new Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE migrations');
    const limits = { HANGAR_DRAIN_SECONDS: '1', DATABASE_URL: database.url };
    const hangar = await HangarProcess.launch({ ...together.environment, ...limits, PORT: '0' });
    await until('the start to wait', async () => {
      const waits = 'SELECT FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()';
      return (await blocker.query(waits)).rows.length > 0;
    });
    const { code, seconds } = await ended(hangar);
    await blocker.end();
    await database.drop();
    expect(code).toBe(1);
    expect(seconds).toBeLessThan(3);
  });

  it.concurrent('does not delay the news of a start that fails', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const delay = { HANGAR_DRAIN_SECONDS: '90', HANGAR_DRAIN_DELAY_SECONDS: '60' };
    const hangar = await HangarProcess.launch({ ...together.environment, ...delay, PORT: String(port) });
    expect(await hangar.exit()).toBe(1);
    taken.close();
  });
});
