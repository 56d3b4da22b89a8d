import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { QueueService } from '../../src/queue/queue.service.js';
import { TableStatisticsJob } from '../../src/queue/table-statistics.job.js';
import { QueueUpkeepModule } from '../../src/queue/queue-upkeep.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { until } from '../support/until.js';

const SETTINGS = {
  retryLimit: 0,
  retryDelaySeconds: 0,
  backoff: false,
  timeoutSeconds: 600,
  keepSeconds: 3600,
};
const BURST = 6000;
/** As pg-boss fetches the next job of a queue. */
const FETCH = `
  EXPLAIN (COSTS off) SELECT id FROM pgboss.job_common
  WHERE name = 'burst' AND state < 'active' AND NOT blocked AND start_after <= now()
  ORDER BY priority DESC, created_on LIMIT 20 FOR UPDATE SKIP LOCKED`;

describe('queue statistics', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.query('ALTER TABLE pgboss.job_common SET (autovacuum_enabled = false)');
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [QueueUpkeepModule]);
    await context.get(QueueService, { strict: false }).declare('burst', SETTINGS);
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const add = async (count: number): Promise<void> => {
    const jobs = Array.from({ length: count }, (_, n) => ({ data: { n } }));
    await context
      .get(DataSource)
      .transaction((transaction) => context.get(QueueService, { strict: false }).enqueue(transaction, 'burst', jobs));
  };
  const estimatedRows = async (): Promise<number> => {
    const [row] = await database.query<{ reltuples: number }>(
      `SELECT reltuples FROM pg_class WHERE oid = 'pgboss.job_common'::regclass`,
    );
    return row?.reltuples ?? Number.NaN;
  };
  const analyze = async (): Promise<number> => {
    await context.get(TableStatisticsJob).run();
    return estimatedRows();
  };

  it('are updated after a burst of jobs, so that the next fetch uses an index and no sort', async () => {
    await add(100);
    await analyze();
    expect(await estimatedRows()).toBeLessThanOrEqual(100);
    await add(BURST);
    await until('the statistics to be updated', async () => (await analyze()) >= BURST);
    const plan = await database.query<{ 'QUERY PLAN': string }>(FETCH);
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toContain('Index Scan');
    expect(text).not.toContain('Sort');
  });
});
