import { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { patientSeconds } from '../support/patient-seconds.js';
import { type Replica } from '../support/replica.js';
import { Replicas } from '../support/replicas.js';
import { until } from '../support/until.js';
import { postWebhook, workItemWebhook } from '../support/webhook-load.js';

/** New connections are accepted for so long: all checks during the shutdown must fit in. */
const DELAY_SECONDS = patientSeconds(10);

describe('a server that shuts down', () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let database: TestDatabase;
  let replicas: Replicas;
  let server: Replica;
  let toldAt: number;
  let ended: Promise<number | string>;

  beforeAll(async () => {
    database = await createTestDatabase();
    replicas = await Replicas.start('held-server.mjs', database, database.url, [
      { HANGAR_DRAIN_SECONDS: '3600', HANGAR_DRAIN_DELAY_SECONDS: DELAY_SECONDS, LOG_LEVEL: 'debug' },
    ]);
    server = replicas.at(0);
    expect(await send(agent)).toBe(202);
    await until('its handler to run', () => server.count('start') === 1);
    toldAt = performance.now();
    ended = server.end();
    await until('the probe to be refused', async () => (await statusOf('/health/ready')) === 503);
  });

  afterAll(async () => {
    await replicas.stop();
    await database.drop();
  });

  const send = async (through?: Agent): Promise<number | undefined> =>
    (await postWebhook(server.url, workItemWebhook('workitem.updated').body, through)).status;
  const statusOf = async (path: string): Promise<number> => (await fetch(`${server.url}${path}`)).status;

  it('logs that the shutdown started, with its deadline', async () => {
    await until('the log line', () => server.log.includes('shutdown started'));
    expect(server.log).toMatch(/"msg":"shutdown started","reason":"SIGTERM","deadlineSeconds":3600/);
  });

  it('stays live and serves metrics meanwhile', async () => {
    expect(await statusOf('/health/live')).toBe(200);
    expect(await (await fetch(server.metricsUrl)).text()).toContain('\nhangar_ready 0\n');
  });

  it('fails no request: it responds on open connections, then closes each', async () => {
    const open = (): number => Object.values(agent.freeSockets).flat().length;
    expect(open()).toBe(1);
    expect(await send(agent)).toBe(202);
    await until('the connection to be closed', () => open() === 0);
  });

  it('accepts new connections for HANGAR_DRAIN_DELAY_SECONDS', async () => {
    expect(await send()).toBe(202);
  });

  it('finishes the running handler, fetches no new job, and exits with 0', async () => {
    expect([server.count('start'), server.count('end')]).toEqual([1, 0]);
    server.release();
    expect(await ended).toBe(0);
    expect([server.count('start'), server.count('end')]).toEqual([1, 1]);
    expect((performance.now() - toldAt) / 1000).toBeGreaterThanOrEqual(Number(DELAY_SECONDS));
  });

  it('leaves stored events to other processes, which handle them with the first attempt', async () => {
    await server.start();
    server.release();
    const handled = (): string[] =>
      server.log.split('\n').filter((line) => line.includes('"msg":"handled","handler":"Held.run"'));
    await until('both to be handled', () => handled().length === 2);
    for (const line of handled()) expect(line).toContain('"attempt":1');
    expect(server.count('start')).toBe(2);
  });
});
