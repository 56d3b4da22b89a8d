import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FULL_SIZE } from '../support/full-size.js';
import { type Answer, HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const EVENTS = FULL_SIZE ? 100 : 30;

let together: HangarWithSimulator;
/** Sent so far. */
let sent = 0;

beforeAll(async () => {
  together = await HangarWithSimulator.start();
  await together.plane.post('/settings', { rateLimitPerMinute: 100_000 });
  await together.install();
});

afterAll(async () => {
  await together.stop();
});

describe('many concurrent deliveries', () => {
  it(`of ${EVENTS} events, each sent twice, are accepted once, reported as duplicates once, and handled once`, async () => {
    const events = pings();
    const answers = await Promise.all(events.flatMap((body) => [body, body]).map((body) => together.deliver(body)));
    const pairs = events.map((_, index) => answers.slice(2 * index, 2 * index + 2));
    for (const pair of pairs) expectAcceptedOnce(pair);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(EVENTS);
    await until('every event to be handled', handled);
    expect(await together.pongs()).toBe(sent);
    expect(together.hangar.log).not.toMatch(/"level":"(warn|error|fatal)"/);
  });

  it(`of the same ${EVENTS} events to two servers on one database are stored and handled once`, async () => {
    const replica = await together.startReplica();
    const pairs = await Promise.all(
      pings().map((body) => Promise.all([together.deliver(body), together.deliver(body, {}, replica.url)])),
    );
    for (const pair of pairs) expectAcceptedOnce(pair);
    const ids = pairs.map(([first]) => first.body.id);
    const [stored] = await together.database.query<{ count: number }>(
      'SELECT count(*)::int FROM deliveries WHERE id = ANY ($1)',
      [ids],
    );
    expect(stored?.count).toBe(EVENTS);
    await until('every event to be handled', handled);
    expect(await together.pongs()).toBe(sent);
  });
});

function pings(): string[] {
  sent += EVENTS;
  return Array.from({ length: EVENTS }, (_, index) => pingWebhook(index % 2 === 0 ? 'v1' : 'v2'));
}

function expectAcceptedOnce(pair: readonly Answer[]): void {
  const [one, other] = pair.toSorted((a, b) => b.status - a.status);
  expect(one).toMatchObject({ status: 202, body: { status: 'accepted' } });
  expect(other).toEqual({ status: 200, body: { status: 'duplicate', id: one?.body.id } });
}

/** Whether all pings, and the app's own pongs that Plane sends, have been stored and no job is left. */
async function handled(): Promise<boolean> {
  const [row] = await together.database.query<{ deliveries: number; ended: number; jobs: number }>(`
    SELECT (SELECT count(*)::int FROM deliveries) AS deliveries,
           (SELECT count(*)::int FROM delivery_outcomes WHERE state IN ('handled', 'skipped')) AS ended,
           (SELECT count(*)::int FROM pgboss.job WHERE name LIKE 'PingHandler.%') AS jobs`);
  const all = 2 * sent;
  return row?.deliveries === all && row.ended === all && row.jobs === 0;
}
