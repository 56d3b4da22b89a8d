import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { QueueModule } from '../../src/queue/queue.module.js';
import { QueueService } from '../../src/queue/queue.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { manifests } from '../support/chart.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

const SETTINGS = {
  retryLimit: 0,
  retryDelaySeconds: 0,
  backoff: false,
  timeoutSeconds: 600,
  keepSeconds: 3600,
};
/** Of the pool whose `handlers` is the class ReportHandler. */
const QUERY = manifests('everything').flatMap(
  ({ spec }) => (spec?.triggers ?? []) as { metadata: { query: string } }[],
);

describe('the query that KEDA uses to scale a worker pool', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [QueueModule]);
    const queues = context.get(QueueService, { strict: false });
    for (const handler of ['ReportHandler.monthly', 'ReportHandlerOther.run']) {
      await queues.declare(handler, SETTINGS);
      const jobs = [1, 2, 3, 4].map((n) => ({ data: { n } }));
      await context.get(DataSource).transaction((transaction) => queues.enqueue(transaction, handler, jobs));
    }
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const count = async (): Promise<number> => {
    const sql = QUERY.map(({ metadata }) => metadata.query).find((query) => query.startsWith('SELECT')) ?? '';
    const [row] = await database.query<{ count: string }>(sql);
    return Number(row?.count);
  };
  const change = async (limit: number, to: string): Promise<unknown> =>
    database.query(
      `UPDATE pgboss.job_common SET ${to} WHERE (name, id) IN (SELECT name, id FROM pgboss.job_common
       WHERE name = 'ReportHandler.monthly' AND state = 'created' AND start_after <= now() LIMIT ${limit})`,
    );

  it('counts the waiting and running jobs of the handlers in the pool', async () => {
    expect(await count()).toBe(4);
    await change(1, `state = 'active'`);
    expect(await count()).toBe(4);
    await change(1, `start_after = now() + interval '1 hour'`);
    expect(await count()).toBe(3);
    await change(1, `state = 'completed'`);
    expect(await count()).toBe(2);
  });
});
