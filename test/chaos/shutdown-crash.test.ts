import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { patientSeconds } from '../support/patient-seconds.js';
import { Replicas } from '../support/replicas.js';
import { until } from '../support/until.js';
import { postWebhook, workItemWebhook } from '../support/webhook-load.js';

describe('a handler that causes an uncaught exception at shutdown', () => {
  let database: TestDatabase;
  let replicas: Replicas;

  beforeAll(async () => {
    database = await createTestDatabase();
    replicas = await Replicas.start('stopping-server.mjs', database, database.url, [
      { HANGAR_DRAIN_SECONDS: patientSeconds(5), LOG_LEVEL: 'info' },
    ]);
  });

  afterAll(async () => {
    await replicas.stop();
    await database.drop();
  });

  it('does not prevent the handover of runs to other processes, and is reported by the exit code', async () => {
    const hangar = replicas.at(0);
    await postWebhook(hangar.url, workItemWebhook('workitem.updated').body);
    await until('both to run', () => hangar.count('waits') + hangar.count('throws') === 2);
    expect(await hangar.end()).toBe(1);
    expect(hangar.log).toContain('uncaught exception');
    const jobs = await database.query(
      `SELECT state, data ->> 'attemptsBefore' AS attempts FROM pgboss.job WHERE data ? 'deliveryId'`,
    );
    expect(jobs).toEqual([
      { state: 'created', attempts: '0' },
      { state: 'created', attempts: '0' },
    ]);
  });
});
