import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { createTestDatabase } from '../support/database.js';
import { HangarProcess } from '../support/hangar-process.js';
import { HangingProxy } from '../support/hanging-proxy.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { patientSeconds } from '../support/patient-seconds.js';
import { until } from '../support/until.js';

const UNENDED =
  'POST /webhooks/plane HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{';

const WAITING = `
  SELECT FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

describe('the shutdown of a server', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({ environment: { HANGAR_ROLES: 'receiver' } });
    await together.install();
  });

  afterAll(() => together.stop());

  it('is not delayed by a trace collector that hangs', async () => {
    const collector = await HangingProxy.start();
    const hangar = await together.startReplica({
      HANGAR_DRAIN_SECONDS: patientSeconds(30),
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}`,
    });
    expect((await together.deliver(pingWebhook('v2'), {}, hangar.url)).status).toBe(202);
    const code = await hangar.end();
    collector.stop();
    expect([code, hangar.log.match(/shutdown deadline \(HANGAR_DRAIN_SECONDS\) exceeded.*/)]).toEqual([0, null]);
  });

  it('closes the connections of pending webhooks within the deadline if database and collector hang', async () => {
    const database = new URL(together.database.url);
    const [proxy, collector] = [await HangingProxy.start(Number(database.port)), await HangingProxy.start()];
    database.port = String(proxy.port);
    const hangar = await together.startReplica({
      HANGAR_DRAIN_SECONDS: patientSeconds(10),
      DATABASE_URL: database.href,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.port}`,
    });
    proxy.hang();
    const held = together.tryToDeliver(pingWebhook('v2'), {}, hangar.url);
    await until('the webhook to be taken', () => proxy.swallowed > 0);
    await hangar.end();
    proxy.stop();
    collector.stop();
    expect(await held).toBeUndefined();
    expect(hangar.log).not.toContain('shutdown deadline');
  });

  it('is bounded while the start hangs', async () => {
    const database = await createTestDatabase();
    const blocker = new Client({ connectionString: database.url });
    await blocker.connect();
    await blocker.query('BEGIN; LOCK TABLE migrations');
    const limits = { HANGAR_DRAIN_SECONDS: '1', DATABASE_URL: database.url };
    const hangar = await HangarProcess.launch({ ...together.environment, ...limits, PORT: '0' });
    await until('the start to wait', async () => {
      return (await blocker.query(WAITING)).rows.length > 0;
    });
    const code = await hangar.end();
    await blocker.end();
    await database.drop();
    expect(code).toBe(1);
  });

  it('is not delayed by a client that never ends its request', async () => {
    const hangar = await together.startReplica({ HANGAR_DRAIN_SECONDS: patientSeconds(4) });
    const client = await connected(hangar, UNENDED);
    expect(await hangar.end()).toBe(0);
    client.destroy();
  });

  it('does not wait for a client that has connected and sends nothing', async () => {
    const hangar = await together.startReplica({ HANGAR_DRAIN_SECONDS: '86400' });
    const client = await connected(hangar);
    expect(await hangar.end()).toBe(0);
    client.destroy();
  });

  it('is immediate on a second signal', async () => {
    const hangar = await together.startReplica({ HANGAR_DRAIN_SECONDS: '86400' });
    const client = await connected(hangar, UNENDED);
    let code: number | string | undefined;
    const ended = hangar.end().then((told) => (code = told));
    await until('it to end', () => {
      if (code === undefined) hangar.signal('SIGTERM');
      return code !== undefined;
    });
    expect(await ended).toBe(1);
    client.destroy();
  });

  it('starts once on the two signals of one Ctrl-C under npm', async () => {
    const hangar = await together.startReplica();
    hangar.signal('SIGINT');
    expect(await hangar.end('SIGINT')).toBe(0);
  });
});

/** A client with a connection of its own, on which it has sent that. */
async function connected({ url }: HangarProcess, sent = ''): Promise<Socket> {
  const client = connect(Number(new URL(url).port), 'localhost');
  client.on('error', () => undefined);
  client.write(sent);
  await once(client, 'connect');
  return client;
}
