import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningSimulator, startSimulator } from '../../src/simulator/simulator.js';
import { RetentionModule } from '../../src/webhooks/retention.module.js';
import { RetentionService } from '../../src/webhooks/retention/retention.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

const ROWS = 20_000;
const OLD = 3500;

describe('deliveries past their retention', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let replicas: INestApplicationContext[];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    replicas = await Promise.all([1, 2].map(() => serviceContext(database, simulator, [RetentionModule])));
    await database.query(
      `INSERT INTO deliveries
       SELECT gen_random_uuid(), 'key ' || n, 'w', 'workitem.created', 'v2', NULL, 'body', '{}', 'abcdef01',
              now() - CASE WHEN n <= $2 THEN interval '14 days 1 minute' ELSE interval '13 days 23 hours' END
       FROM generate_series(1, $1::int) AS n`,
      [ROWS, OLD],
    );
    await database.query('ANALYZE deliveries');
  });

  afterAll(async () => {
    for (const replica of replicas) await replica.close();
    await simulator.close();
    await database.drop();
  });

  it('are found by the index of times', async () => {
    const plan = await database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT id FROM deliveries WHERE received_at < now() - interval '14 days' ORDER BY received_at LIMIT 1000`,
    );
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('deliveries_received_idx');
  });

  it('are deleted, by two replicas at once, and no others', async () => {
    await Promise.all(replicas.map((replica) => replica.get(RetentionService).run()));
    const [row] = await database.query<{ left: number; old: number }>(
      `SELECT count(*)::int AS left,
              count(*) FILTER (WHERE received_at < now() - interval '14 days')::int AS old FROM deliveries`,
    );
    expect(row).toEqual({ left: ROWS - OLD, old: 0 });
  });
});
