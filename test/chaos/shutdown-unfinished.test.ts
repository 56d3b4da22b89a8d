import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { patientSeconds } from '../support/patient-seconds.js';
import { type Replica } from '../support/replica.js';
import { Replicas } from '../support/replicas.js';
import { ResettingProxy } from '../support/resetting-proxy.js';
import { until } from '../support/until.js';
import { postWebhook, workItemWebhook } from '../support/webhook-load.js';

describe('a server with unfinished work at the shutdown deadline', () => {
  let database: TestDatabase;
  let proxy: ResettingProxy;
  let replicas: Replicas;
  let server: Replica;

  beforeEach(async () => {
    database = await createTestDatabase();
    const url = new URL(database.url);
    proxy = await ResettingProxy.start(Number(url.port));
    url.port = String(proxy.port);
    replicas = await Replicas.start('held-server.mjs', database, url.href, [
      { HANGAR_DRAIN_SECONDS: patientSeconds(10), WEBHOOK_HOLD_SECONDS: '29', LOG_LEVEL: 'debug' },
    ]);
    server = replicas.at(0);
    expect(await send()).toBe(202);
    await until('its handler to run', () => server.count('start') === 1);
  });

  afterEach(async () => {
    await replicas.stop();
    await proxy.stop();
    await database.drop();
  });

  const send = async (): Promise<number | undefined> =>
    (await postWebhook(server.url, workItemWebhook('workitem.updated').body)).status;

  it('hands the run over to another process, due at once and with the same attempt', async () => {
    expect(await server.end()).toBe(0);
    expect(server.count('end')).toBe(0);
    expect(server.log).toContain('"msg":"delayed by 0 s: the process stops, or another has the job"');
    const jobs = await database.query(
      `SELECT state, start_after <= now() AS due, data ->> 'attemptsBefore' AS before
       FROM pgboss.job WHERE data ? 'deliveryId'`,
    );
    expect(jobs).toEqual([{ state: 'created', due: true, before: '0' }]);
    await server.start();
    server.release();
    const handled = /"msg":"handled","handler":"Held.run",.*"attempt":1/;
    await until('the next process to handle it', () => handled.test(server.log));
  });

  it('closes the connections of waiting webhooks, and reports lost results in its exit code', async () => {
    await proxy.stop();
    const held = send();
    await until('the webhook to wait', () => server.log.includes('webhooks cannot be stored'));
    server.release();
    await until('the run to end', () => server.count('end') === 1);
    const ended = server.end();
    expect(await held).toBeUndefined();
    expect(await ended).toBe(1);
    expect(server.log).toMatch(/the results of 1 run\(s\) of Held.run, which could not be recorded/);
  });
});
