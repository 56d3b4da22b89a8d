import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { drainedQueue } from '../support/drained-queue.js';
import { type Replica } from '../support/replica.js';
import { Replicas } from '../support/replicas.js';
import { until } from '../support/until.js';
import { postWebhook, workItemWebhook } from '../support/webhook-load.js';

let database: TestDatabase;
let replicas: Replicas;
let server: Replica;

beforeAll(async () => {
  database = await createTestDatabase();
  replicas = await Replicas.start('once-server.mjs', database, database.url, [{}]);
  server = replicas.at(0);
});

afterAll(async () => {
  await replicas?.stop();
  await database.drop();
});

async function killAndStart(): Promise<void> {
  // The heartbeats of the dead are missed after 40 seconds.
  const missed = `UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'`;
  await server.killAndStart(() => database.query(missed));
}

async function send(): Promise<string> {
  const { eventId, body } = workItemWebhook('workitem.updated');
  expect(await postWebhook(server.url, body)).toMatchObject({ status: 202 });
  return eventId;
}

it('work that a kill ends before it is marked as done is done again; what is marked is never repeated', async () => {
  const first = await send();
  await until('the work to begin', () => server.count('work') === 1);
  await killAndStart();
  await until('the work to begin again', () => server.count('work') === 1);
  server.release();
  await until('the end of the run', () => server.count('end') === 1);
  expect(server.count(`result-${first}`)).toBe(1);
  await drainedQueue(database);

  await killAndStart();
  await send();
  await until('the run to have the result of the first', () => server.count(`result-${first}`) === 1);
  await killAndStart();
  await until('the run to have it again', () => server.count(`result-${first}`) === 1);
  server.release();
  await until('the end of the run', () => server.count('end') === 1);
  expect(server.count('work')).toBe(0);
});
