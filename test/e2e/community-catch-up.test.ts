import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SAMPLE } from '../../simulator/world/seed.js';
import { CatchUpRecords, timesByItem } from '../support/catch-up-records.js';
import { API_KEY, installed, startCommunity } from '../support/community-server.js';
import { type HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { PlaneChanges } from '../support/plane-changes.js';
import { until } from '../support/until.js';

const THREE_HOURS = '3 hours';
const ITEMS = 6;
const CHANGES = 45;
const [OUTAGE_FROM, OUTAGE_TO] = [-125, -15];
const PROJECT = `projects/${SAMPLE.projectId}/`;
const MINUTE_MS = 60_000;

interface Run {
  readonly id: string;
  readonly reason: string;
  readonly state: string;
  readonly recovered: number;
  readonly unrecoverable: number;
}

describe('the community edition, whose webhook Plane disables', () => {
  let together: HangarWithSimulator;
  /** Those of a person, with a key of their own, and those of the app's own user. */
  let changes: PlaneChanges;
  let own: PlaneChanges;
  const records = new CatchUpRecords();

  beforeAll(async () => {
    const program = resolve('test/support/catch-up-server.mjs');
    together = await startCommunity({ RECORD_FILE: records.file }, program);
    await installed(together);
    await together.plane.post('/settings', { rateLimitPerMinute: 100_000, retryBaseMs: 1 });
    await together.database.query('DELETE FROM plane_budgets');
    const { apiKey } = await together.plane.post('/api-keys');
    changes = new PlaneChanges(together.simulator.url, String(apiKey));
    own = new PlaneChanges(together.simulator.url, API_KEY);
    await at(-180);
    await changes.prepare(ITEMS);
    await at(0);
    await until('the webhooks before', () => records.by('takes').length >= ITEMS * 2 + 2);
    await idle();
    await check(); // reads the lists
    await pass(THREE_HOURS);
  });

  afterAll(async () => {
    await together.stop();
  });

  async function at(minutes: number): Promise<void> {
    await together.plane.post('/settings', { changeOffsetSeconds: minutes * 60 });
  }

  /** Has what is stored be so much older. */
  async function pass(time: string): Promise<void> {
    const { database } = together;
    await database.query(`UPDATE deliveries SET received_at = received_at - interval '${time}'`);
    await database.query(`UPDATE catch_up_lists SET read_at = read_at - interval '${time}'`);
    await database.query(`UPDATE catch_up_states SET seen_to = seen_to - interval '${time}'`);
  }

  async function runs(): Promise<Run[]> {
    return together.database.query<Run>(
      'SELECT id, reason, state, recovered, unrecoverable FROM catch_up_runs ORDER BY created_at DESC, id DESC',
    );
  }

  /** Has the installation be due for its check. Resolves when that, and a catch-up that it started, has ended. */
  async function check(): Promise<Run[]> {
    const { database } = together;
    await database.query('UPDATE catch_up_states SET check_at = now(), checked_at = NULL');
    await until('the end of the check', async () => {
      const [row] = await database.query<{ ended: boolean }>(
        `SELECT checked_at IS NOT NULL AND NOT EXISTS (SELECT FROM catch_up_runs WHERE ended_at IS NULL) AS ended
         FROM catch_up_states`,
      );
      return row?.ended === true;
    });
    await idle();
    return runs();
  }

  async function idle(): Promise<void> {
    await until('all handlers to have run', async () => {
      const [row] = await together.database.query<{ jobs: number }>(
        `SELECT (SELECT count(*) FROM pgboss.job WHERE state < 'completed' AND name LIKE '%.run')::int
              + (SELECT count(*) FROM queue_lines WHERE queue LIKE '%.run')::int AS jobs`,
      );
      return row?.jobs === 0;
    });
  }

  const missedSince = async (): Promise<Date | null> => {
    const [row] = await together.database.query<{ at: Date | null }>('SELECT missed_since AS at FROM catch_up_states');
    return row?.at ?? null;
  };
  const recovered = () => records.by('takes').filter(({ source }) => source === 'catch-up');

  it('is disabled after attempts that reached no server, and what changes then is not announced', async () => {
    await together.hangar.end('SIGTERM');
    await at(OUTAGE_FROM - 5);
    await changes.call('PATCH', `${PROJECT}work-items/${changes.items[0]}/`, { priority: 'urgent' });
    await until('Plane to give up', async () => {
      const { deliveries } = (await together.plane.state()) as unknown as { deliveries: { status: string }[] };
      return deliveries.at(-1)?.status === 'given_up';
    });
    const before = records.by('takes').length;
    await together.startHangar();
    await changes.make(CHANGES, OUTAGE_FROM, OUTAGE_TO);
    await at(OUTAGE_TO);
    await changes.call('POST', `${PROJECT}work-items/${changes.items.splice(1, 1)[0]}/archive/`);
    await own.call('PATCH', `${PROJECT}work-items/${changes.items[0]}/`, { name: 'by the app itself' });
    await own.call('POST', `${PROJECT}work-items/${changes.items[0]}/comments/`, { comment_html: '<p>its own</p>' });
    await at(0);
    expect(records.by('takes')).toHaveLength(before);
  });

  it('is found by its check, which recovers each change that Plane shows, once and in order', async () => {
    const [run] = await check();
    expect(run).toMatchObject({ reason: 'missed', state: 'done', unrecoverable: 0 });
    const all = recovered();
    expect(run?.recovered).toBe(all.length);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    expect(await notReceived(all.map(({ id, entity }) => ({ id, entity })))).toEqual([]);
    for (const times of timesByItem(all)) expect(times).toEqual(times.toSorted((one, other) => one - other));
    const names = new Set(all.map(({ name }) => name));
    for (const family of ['workitem', 'workitem.comment'])
      for (const action of ['created', 'updated', 'deleted']) expect(names).toContain(`${family}.${action}`);
    expect([...names]).toEqual(expect.arrayContaining(['module.created', 'module.updated']));
    const fields = new Set(all.flatMap((each) => each.fields));
    const changed = [
      'priority',
      'name',
      'state',
      'state_id',
      'target_date',
      'assignee_ids',
      'label_ids',
      'archived_at',
    ];
    expect([...fields]).toEqual(expect.arrayContaining(changed));
    expect(records.by('refuses').filter(({ source }) => source === 'catch-up')).toEqual([]);
    expect(await missedSince()).not.toBeNull();
  });

  it('knows who made each change, and leaves those of its own user alone', () => {
    const all = recovered();
    const byApp = all.filter(({ actor }) => actor === SAMPLE.botId);
    expect(byApp.map(({ name }) => name)).toEqual(['workitem.updated', 'workitem.comment.created']);
    const others = records.by('others').filter(({ source }) => source === 'catch-up');
    const ofOthers = all.filter((each) => !byApp.includes(each));
    expect(others.map(({ id }) => id).toSorted()).toEqual(ofOthers.map(({ id }) => id).toSorted());
    // Plane does not show who deleted a comment.
    const unknown = all.filter(({ actor }) => actor === null);
    expect(new Set(unknown.map(({ name }) => name))).toEqual(new Set(['workitem.comment.deleted']));
    const known = new Set(all.map(({ actor }) => actor));
    expect(known).toEqual(new Set([SAMPLE.adminId, SAMPLE.botId, null]));
  });

  it('is read with the key alone, within the budget of the key', async () => {
    const { requests, calls } = (await together.plane.counts()) as unknown as {
      requests: Record<string, number>;
      calls: { kind: string; userId: string; refused: number }[];
    };
    expect(Object.keys(requests).filter((path) => path.includes('/auth/'))).toEqual([]);
    expect(calls.filter(({ userId }) => userId === SAMPLE.botId)).toEqual([
      expect.objectContaining({ kind: 'bot', refused: 0 }),
    ]);
    const budgets = await together.database.query<{ key: string }>('SELECT key FROM plane_budgets');
    expect(budgets).toEqual([{ key: expect.stringMatching(/^key:[0-9a-f]{16}$/) }]);
  });

  it('recovers nothing twice, and works as before once an admin has enabled it', async () => {
    const count = recovered().length;
    await together.plane.post('/webhook', { enabled: true });
    await changes.call('PATCH', `${PROJECT}work-items/${changes.items[0]}/`, { name: 'announced again' });
    await until('its webhook', () => records.by('others').at(-1)?.source === 'v1');
    await check();
    expect(await missedSince()).toBeNull();
    expect(recovered()).toHaveLength(count);
  });

  /** The ids of what Plane shows of the outage, and the handler did not receive. */
  async function notReceived(received: readonly { id: string; entity: string }[]): Promise<string[]> {
    const isOfOutage = (ms: number): boolean => {
      const minutes = (ms - Date.now()) / MINUTE_MS;
      return minutes > OUTAGE_FROM - 30 && minutes < OUTAGE_TO + 10;
    };
    const ids = new Set(received.map(({ id }) => id));
    const items = new Set([...received.map(({ entity }) => entity), ...changes.items]);
    const shown = await Promise.all([...items].map((item) => changes.shownOf(item, isOfOutage)));
    expect(shown.flat().length).toBeGreaterThan(CHANGES / 2);
    return [...new Set(shown.flat())].filter((id) => !ids.has(id));
  }
});
