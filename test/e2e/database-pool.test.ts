import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { ApiClient, developmentToken } from '../support/api-client.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';
import { WebhookLoad } from '../support/webhook-load.js';

const OPEN = `
  SELECT application_name AS name, count(*)::int AS count FROM pg_stat_activity
  WHERE datname = current_database() AND application_name LIKE 'hangar%' GROUP BY 1`;

const WAITING = `
  SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%people%'`;

describe('a server with DATABASE_POOL_SIZE=2', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({ environment: { DATABASE_POOL_SIZE: '2' } });
  });

  afterAll(() => together.stop());

  it('uses two connections, two for the queue, and one for LISTEN', async () => {
    await together.install();
    const load = new WebhookLoad({ urls: [together.url], count: 200, perSecond: 400 });
    const answers = load.run();
    const most = new Map<string, number>();
    while (!load.isOver)
      for (const { name, count } of await together.database.query<{ name: string; count: number }>(OPEN))
        most.set(name, Math.max(count, most.get(name) ?? 0));
    expect((await answers).map(({ attempts }) => attempts[0]?.status)).toEqual(Array(200).fill(202));
    expect(Object.fromEntries(most)).toEqual({ hangar: 2, 'hangar queue': 3 });
  });
});

describe('requests of an operator that wait for the database', () => {
  let together: HangarWithSimulator;
  let blocker: Client;

  beforeAll(async () => {
    together = await HangarWithSimulator.start();
    blocker = new Client({ connectionString: together.database.url });
    await blocker.connect();
  });

  afterAll(async () => {
    await blocker.end();
    await together.stop();
  });

  it('leave connections to webhooks and probes; too many are answered 429, and the others in turn', async () => {
    const api = await ApiClient.of(together.hangar);
    await blocker.query('BEGIN; LOCK TABLE people');
    const asked = Array.from({ length: 70 }, () => api.call('GET', 'people'));
    const answered: number[] = [];
    for (const answer of asked) void answer.then(({ status }) => answered.push(status));
    await until('the requests above the limit to be answered', () => answered.length >= 18);
    expect(answered).toEqual(Array(18).fill(429));
    expect(await together.deliver(pingWebhook('v2'))).toMatchObject({ status: 202 });
    expect((await fetch(`${together.url}/health/ready`)).status).toBe(200);
    await until('two queries to wait', async () => (await together.database.query(WAITING)).length === 2);
    await blocker.query('COMMIT');
    await Promise.all(asked);
    expect(answered.slice(18)).toEqual(Array(52).fill(200));
    expect(api.faults).toEqual([]);
  });

  it('are not started where their client is gone', async () => {
    await blocker.query('BEGIN; LOCK TABLE people');
    const leaving = new AbortController();
    const headers = { authorization: `Bearer ${developmentToken(together.hangar.log)}` };
    const asked = Array.from({ length: 8 }, () =>
      fetch(`${together.url}/api/v1/people`, { headers, signal: leaving.signal }).catch(() => 'left'),
    );
    await until('queries to wait', async () => (await together.database.query(WAITING)).length === 2);
    leaving.abort();
    expect(await Promise.all(asked)).toEqual(Array(8).fill('left'));
    await blocker.query('COMMIT');
    const api = await ApiClient.of(together.hangar);
    expect((await api.call('GET', 'people')).status).toBe(200);
    expect(together.hangar.log).not.toMatch(/"level":"error"|no elements/);
  });
});
