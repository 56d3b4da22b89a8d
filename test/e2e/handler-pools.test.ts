import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { drainedQueue } from '../support/drained-queue.js';
import { Replicas } from '../support/replicas.js';
import { postWebhook, workItemWebhook } from '../support/webhook-load.js';

const PROGRAM = 'pools-server.mjs';
const COUNT = 20;
const KINDS = ['fast', 'slow', 'consent'];

describe('workers with HANGAR_HANDLERS', () => {
  let database: TestDatabase;
  let replicas: Replicas;

  beforeAll(async () => {
    database = await createTestDatabase();
    replicas = await Replicas.start(PROGRAM, database, database.url, [
      { HANGAR_ROLES: 'receiver,worker', HANGAR_HANDLERS: 'Fast', LOG_LEVEL: 'info' },
      { HANGAR_ROLES: 'worker', HANGAR_HANDLERS: 'Slow.run, Consent' },
    ]);
  });

  afterAll(async () => {
    await replicas.stop();
    await database.drop();
  });

  it('log the handlers that they run', () => {
    expect(replicas.at(0).log).toContain('3 handler(s), 1 of them run here (HANGAR_HANDLERS)');
  });

  it('run only those, lifecycle handlers included, while events are queued for all handlers', async () => {
    for (let sent = 0; sent < COUNT; sent += 1)
      expect(await postWebhook(replicas.at(0).url, workItemWebhook('workitem.updated').body)).toMatchObject({
        status: 202,
      });
    const notice = {
      id: randomUUID(),
      name: 'token.needs_consent',
      occurredAt: new Date(),
      planeUserId: 'ada',
      reason: 'test',
    };
    await database.query(`INSERT INTO pgboss.job (name, data) VALUES ('hangar.lifecycle', $1)`, [notice]);
    await drainedQueue(database);
    const counts = replicas.all.map((replica) => KINDS.map((kind) => replica.count(kind)));
    expect(counts).toEqual([
      [COUNT, 0, 0],
      [0, COUNT, 1],
    ]);
  });
});
