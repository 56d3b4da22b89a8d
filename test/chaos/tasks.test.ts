import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FULL_SIZE } from '../support/full-size.js';
import { recorded } from '../fixtures/recorded.js';
import { repeatedRuns, type Run } from '../support/recorded-runs.js';
import { Replicas } from '../support/replicas.js';
import { until } from '../support/until.js';
import { postWebhook } from '../support/webhook-load.js';
import { type Moment, wasUnderWay } from '../support/webhook-storm.js';

const TASKS = FULL_SIZE ? 10_000 : 1000;
const KILLS = 2;

const INSERT = `
  INSERT INTO scheduled_tasks (id, name, installation_id, workspace_id, data, due_at, key)
  SELECT gen_random_uuid(), 'remind', id, workspace_id, '{}', $2::timestamptz + random() * $3 * interval '1 second', $4
  FROM installations, generate_series(1, $1::int)`;

const LAG = `
  SELECT round(percentile_cont(0.5) WITHIN GROUP (ORDER BY lag)::numeric, 2)::float8 AS median,
         round(max(lag)::numeric, 2)::float8 AS most
  FROM (SELECT extract(epoch FROM started_at - due_at) AS lag FROM scheduled_tasks WHERE name = 'remind' AND state = 'handled') AS task`;

describe('tasks and schedules over two servers', () => {
  let database: TestDatabase;
  let replicas: Replicas;

  beforeAll(async () => {
    database = await createTestDatabase();
    replicas = await Replicas.start('task-server.mjs', database, database.url);
  });

  afterAll(async () => {
    await replicas.stop();
    await database.drop();
  });

  const count = async (condition: string): Promise<number> => {
    const [row] = await database.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM scheduled_tasks WHERE ${condition}`,
    );
    return row?.count ?? 0;
  };
  const runsOf = (ids: ReadonlySet<string>) => replicas.runs().filter(({ eventId }) => ids.has(eventId));
  const idsOf = async (name: string): Promise<Set<string>> => {
    const rows = await database.query<{ id: string }>('SELECT id FROM scheduled_tasks WHERE name = $1', [name]);
    return new Set(rows.map(({ id }) => id));
  };
  /** What runs at this moment: its end may not be recorded when a server is killed. */
  const moment = async (): Promise<Moment> => {
    const at = Date.now();
    const rows = await database.query<{ id: string }>(`SELECT id FROM scheduled_tasks WHERE state = 'running'`);
    return { at, unfinished: new Set(rows.map(({ id }) => id)) };
  };
  const post = async (fixture: string, workItemId: string, name: string): Promise<void> => {
    const given = recorded(fixture);
    const ids = { event_id: randomUUID(), delivery_id: randomUUID(), entity_id: workItemId };
    const data = { ...(given['data'] as object | null), id: workItemId, name };
    const { status } = await postWebhook(replicas.at(0).url, JSON.stringify({ ...given, ...ids, data }));
    expect(status).toBe(202);
  };

  it(`${TASKS} tasks that are due in the same minute all run, once each, while one of the servers is killed`, async () => {
    const [clock] = await database.query<{ now: Date }>('SELECT now()');
    await database.query(INSERT, [TASKS, clock?.now, 10, null]);
    const moments: Moment[] = [];
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const handled = (TASKS * kill) / (KILLS + 2);
      await until('the next kill', async () => (await count(`state = 'handled'`)) >= handled);
      moments.push(await moment());
      await replicas.at(kill % 2).killAndStart();
    }
    await until('all tasks', async () => (await count(`state = 'handled'`)) === TASKS);
    const ids = await idsOf('remind');
    const runs = runsOf(ids);
    expect(new Set(runs.map(({ eventId }) => eventId)).size).toBe(TASKS);
    const wasCut = (run: Run): boolean => moments.some((each) => run.killedAt !== undefined && wasUnderWay(run, each));
    expect(repeatedRuns(runs).filter((run) => !wasCut(run))).toEqual([]);
    const [lag] = await database.query<{ median: number; most: number }>(LAG);
    console.log(
      `lag of ${TASKS} tasks due within 10 s, with ${KILLS} kills: median ${lag?.median} s, at most ${lag?.most} s`,
    );
  });

  it('a schedule fires once each time, whichever server is killed meanwhile', async () => {
    const times = 6;
    for (let time = 1; time <= times; time += 1) {
      const at = new Date(Date.now() - time * 3_600_000);
      await database.query(`UPDATE schedules SET next_at = $1`, [at]);
      const fired = until('the schedules to fire', async () => {
        const [row] = await database.query<{ count: number }>(
          'SELECT count(*)::int AS count FROM schedules WHERE last_at = $1',
          [at],
        );
        return row?.count === 2;
      });
      if (time % 3 === 0) await replicas.at(time % 2).killAndStart();
      await fired;
      await until('the runs', async () => (await count(`name LIKE 'schedule/%' AND state <> 'handled'`)) === 0);
    }
    for (const name of ['schedule/Chores.sweep', 'schedule/Chores.digest']) {
      const ids = await idsOf(name);
      const repeated = runsOf(ids).length - ids.size;
      expect([name, ids.size, repeated <= 2]).toEqual([name, times, true]);
    }
  });

  it('one is cancelled by an event of its work item, one by its key: neither runs', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    await post('v2-workitem-updated', one, 'schedule by-event');
    await post('v2-workitem-updated', other, 'schedule by-key');
    await until('both tasks', async () => (await count(`key IN ('by-event', 'by-key') AND state = 'waiting'`)) === 2);
    await post('v2-workitem-deleted', one, '');
    expect(await count(`key = 'by-event' AND state = 'cancelled'`)).toBe(1);
    await post('v2-workitem-updated', other, 'cancel by-key');
    await until('the other one', async () => (await count(`key = 'by-key' AND state = 'cancelled'`)) === 1);
    const [now] = await database.query<{ now: Date }>('SELECT now()');
    await database.query(`UPDATE scheduled_tasks SET due_at = now() WHERE state = 'cancelled'`);
    await database.query(INSERT, [1, now?.now, 0, 'after']);
    await until('a later task', async () => (await count(`key = 'after' AND state = 'handled'`)) === 1);
    const cancelled = await database.query<{ id: string }>(`SELECT id FROM scheduled_tasks WHERE state = 'cancelled'`);
    expect(runsOf(new Set(cancelled.map(({ id }) => id)))).toEqual([]);
  });
});
