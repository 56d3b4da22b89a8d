import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { QueueService } from '../../src/queue/queue.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { RetentionModule } from '../../src/roles/retention.module.js';
import { RetentionService } from '../../src/roles/retention.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { until } from '../support/until.js';

/** More than three batches of 1,000 are old. */
const ROWS = 6000;
const OLD = 3500;

describe('retention', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let replicas: INestApplicationContext[];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    replicas = await Promise.all([1, 2].map(() => serviceContext(database, simulator, [RetentionModule])));
  });

  afterAll(async () => {
    for (const replica of replicas) await replica.close();
    await simulator.close();
    await database.drop();
  });

  const runEverywhere = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.get(RetentionService).run()));
  };
  const count = async (table: string, where: string): Promise<{ left: number; old: number } | undefined> => {
    const counts = `count(*)::int AS left, count(*) FILTER (WHERE ${where})::int AS old`;
    return (await database.query<{ left: number; old: number }>(`SELECT ${counts} FROM ${table}`))[0];
  };

  it('deletes only old deliveries, with two replicas at once', async () => {
    await database.query(
      `INSERT INTO deliveries
       SELECT gen_random_uuid(), 'key ' || n, 'w', 'workitem.created', 'v2', NULL, 'body', '{}', 'abcdef01',
              now() - CASE WHEN n <= $2 THEN interval '14 days 1 minute' ELSE interval '13 days 23 hours' END
       FROM generate_series(1, $1::int) AS n`,
      [ROWS, OLD],
    );
    await runEverywhere();
    expect(await count('deliveries', `received_at < now() - interval '14 days'`)).toEqual({
      left: ROWS - OLD,
      old: 0,
    });
  });

  it('deletes an OAuth state one day after it expired, used or not', async () => {
    await database.query(
      `INSERT INTO oauth_states (state_hash, browser_hash, flow, expires_at, used_at)
       SELECT 'state ' || n, 'browser', 'bot',
              now() - CASE WHEN n <= $2 THEN interval '1 day 1 minute' ELSE interval '23 hours' END,
              CASE WHEN n % 2 = 0 THEN now() END
       FROM generate_series(1, $1::int) AS n`,
      [ROWS, OLD],
    );
    await runEverywhere();
    expect(await count('oauth_states', `expires_at < now() - interval '1 day'`)).toEqual({
      left: ROWS - OLD,
      old: 0,
    });
  });

  it('deletes jobs that are parked for longer than the deliveries are kept', async () => {
    await database.query(
      `INSERT INTO parked_jobs (id, queue, data, awaits, parked_at)
       SELECT gen_random_uuid(), 'Handler.method', '{}', 'install:' || n,
              now() - CASE WHEN n <= $2 THEN interval '14 days 1 minute' ELSE interval '13 days 23 hours' END
       FROM generate_series(1, $1::int) AS n`,
      [ROWS, OLD],
    );
    await runEverywhere();
    expect(await count('parked_jobs', `parked_at < now() - interval '14 days'`)).toEqual({ left: ROWS - OLD, old: 0 });
  });

  it('deletes used states and codes when they have expired', async () => {
    await database.query(
      `INSERT INTO oauth_used_values (value_hash, expires_at)
       SELECT 'value ' || n, now() + CASE WHEN n <= $2 THEN -interval '1 minute' ELSE interval '1 minute' END
       FROM generate_series(1, $1::int) AS n`,
      [ROWS, OLD],
    );
    await runEverywhere();
    expect(await count('oauth_used_values', 'expires_at < now()')).toEqual({ left: ROWS - OLD, old: 0 });
  });

  it('deletes a call budget one day after its last minute', async () => {
    await database.query(
      `INSERT INTO plane_budgets
       SELECT 'token ' || n, 60, 60, now() - CASE WHEN n <= $2 THEN interval '25 hours' ELSE interval '1 hour' END
       FROM generate_series(1, $1::int) AS n`,
      [ROWS, OLD],
    );
    await runEverywhere();
    expect(await count('plane_budgets', `resets_at < now() - interval '1 day'`)).toEqual({
      left: ROWS - OLD,
      old: 0,
    });
  });

  it('deletes the secrets of a workspace without an installation', async () => {
    await database.query(
      `INSERT INTO installations (id, base_url, installation_id, status, workspace_id, workspace_slug, workspace_name,
                                  bot_user_id, application_id)
       SELECT gen_random_uuid(), $1, workspace, CASE workspace WHEN 'live' THEN 'installed' ELSE 'uninstalled' END,
              workspace, workspace, workspace, 'bot', 'app'
       FROM unnest(ARRAY['live', 'gone']) AS workspace`,
      [simulator.url],
    );
    await database.query(
      `INSERT INTO webhook_secrets
       SELECT gen_random_uuid(), $1, workspace, 'abcdef01', 'sealed', now()
       FROM unnest(ARRAY['live', 'gone', 'never there']) AS workspace`,
      [simulator.url],
    );
    await runEverywhere();
    expect(await database.query('SELECT workspace_id FROM webhook_secrets')).toEqual([{ workspace_id: 'live' }]);
  });

  it('leaves failed jobs to pg-boss, which deletes them after the handler’s retention time', async () => {
    const [replica] = replicas as [INestApplicationContext];
    const [queue, dataSource] = [replica.get(QueueService, { strict: false }), replica.get(DataSource)];
    await queue.declare('kept', {
      retryLimit: 0,
      retryDelaySeconds: 0,
      backoff: false,
      timeoutSeconds: 600,
      keepSeconds: 3600,
    });
    const jobs = [{ data: { minutes: 61 } }, { data: { minutes: 50 } }];
    await dataSource.transaction((transaction) => queue.enqueue(transaction, 'kept', jobs));
    await database.query(
      `UPDATE pgboss.job SET state = 'failed', completed_on = now() - make_interval(mins => (data->>'minutes')::int)
       WHERE name = 'kept'`,
    );
    await database.query(`UPDATE pgboss.queue SET maintain_on = NULL WHERE name = 'kept'`);
    const left = `SELECT data FROM pgboss.job WHERE name = 'kept'`;
    await until('a job to be deleted', async () => (await database.query(left)).length < 2);
    expect(await database.query(left)).toEqual([{ data: { minutes: 50 } }]);
  });

  it('continues with the other tables if one fails', async () => {
    await database.query('ALTER TABLE plane_budgets RENAME TO unavailable');
    await database.query(
      `INSERT INTO oauth_states (state_hash, browser_hash, flow, expires_at)
       VALUES ('old', 'browser', 'bot', now() - interval '2 days')`,
    );
    await runEverywhere();
    await database.query('ALTER TABLE unavailable RENAME TO plane_budgets');
    expect(await count('oauth_states', `state_hash = 'old'`)).toMatchObject({ old: 0 });
  });
});
