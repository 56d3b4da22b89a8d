import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

let together: HangarWithSimulator;

beforeEach(async () => {
  together = await HangarWithSimulator.start();
  await together.plane.post('/settings', { rateLimitPerMinute: 100_000 });
  await together.install();
});

afterEach(async () => {
  await together.stop();
});

describe('many deliveries at the same moment', () => {
  it('100 events, each sent twice: each is accepted once, known once, and handled once', async () => {
    const events = pings(100);
    const answers = await Promise.all(
      events.flatMap((body) => [body, body]).map((body) => together.deliver(body)),
    );
    const pairs = events.map((_, index) => answers.slice(2 * index, 2 * index + 2));
    for (const pair of pairs) expectAcceptedOnce(pair);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(100);
    await until('every event to be handled', () => handled(100));
    expect(await together.pongs()).toBe(100);
    expect(together.hangar.log).not.toMatch(/"level":"(warn|error|fatal)"/);
  });

  it('60 events that came at once are worked off without pauses between them', async () => {
    await Promise.all(pings(60).map((body) => together.deliver(body)));
    await until('every event to be handled', () => handled(60));
    expect(await together.pongs()).toBe(60);
  });

  it('two servers on one database receive the same 50 events at once: each is stored and handled once', async () => {
    const replica = await together.startReplica();
    const events = pings(50);
    const pairs = await Promise.all(
      events.map((body) => Promise.all([together.deliver(body), together.deliver(body, {}, replica.url)])),
    );
    for (const pair of pairs) expectAcceptedOnce(pair);
    const ids = pairs.map(([first]) => first.body.id);
    const [stored] = await together.database.query<{ count: number }>(
      'SELECT count(*)::int FROM deliveries WHERE id = ANY ($1)',
      [ids],
    );
    expect(stored?.count).toBe(50);
    await until('every event to be handled', () => handled(50));
    expect(await together.pongs()).toBe(50);
  });
});

const pings = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => pingWebhook(index % 2 === 0 ? 'v1' : 'v2'));

function expectAcceptedOnce(pair: readonly Answer[]): void {
  const [one, other] = pair.toSorted((a, b) => b.status - a.status);
  expect(one).toMatchObject({ status: 202, body: { status: 'accepted' } });
  expect(other).toEqual({ status: 200, body: { status: 'duplicate', id: one?.body.id } });
}

/** Whether so many pings, and the app's own pongs that Plane tells of, have been stored and no job is left. */
async function handled(pings: number): Promise<boolean> {
  const [row] = await together.database.query<{ deliveries: number; ended: number; jobs: number }>(`
    SELECT (SELECT count(*)::int FROM deliveries) AS deliveries,
           (SELECT count(*)::int FROM delivery_outcomes WHERE state IN ('handled', 'skipped')) AS ended,
           (SELECT count(*)::int FROM pgboss.job WHERE name LIKE 'PingHandler.%') AS jobs`);
  const all = 2 * pings;
  return row?.deliveries === all && row.ended === all && row.jobs === 0;
}
