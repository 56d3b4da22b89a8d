import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SAMPLE } from '../../simulator/world/seed.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FIXTURE_SECRET, sign } from '../support/hangar-with-simulator.js';
import { recordedWebhooks } from '../support/recorded-community.js';
import { Replicas } from '../support/replicas.js';
import { until } from '../support/until.js';

/** Causes of v0.26.0 of which each is one change that several webhooks announce; the lengths of a list before and after, or the field by name. */
const CAUSES: readonly (readonly [cause: string, noted?: string])[] = [
  ['app: state_id', 'state'],
  ['app: assignee_ids two', '1-2'],
  ['app: assignee_ids none', '2-0'],
  ['app: label_ids', '1-2'],
  ['app: priority'],
  ['app: name'],
  ['app: description_html'],
  ['app: estimate_point', 'estimate_categories'],
  ['app: parent_id', 'parent'],
];
const GAPS_MS = [5, 50, 500];
const RUNS = CAUSES.flatMap(([cause, noted]) =>
  GAPS_MS.flatMap((gap) => [false, true].map((reversed) => ({ cause, noted, gap, reversed, item: randomUUID() }))),
);

const UNFINISHED = `
  SELECT FROM deliveries CROSS JOIN (VALUES ('Unordered.run'), ('Ordered.run')) AS handlers (handler)
  WHERE NOT EXISTS (
    SELECT FROM delivery_outcomes AS outcome
    WHERE outcome.delivery_id = deliveries.id AND outcome.handler = handlers.handler)`;

/** The webhooks of a cause, of another work item. The second has another `updated_at`, so that no body is sent twice. */
function bodiesOf(cause: string, item: string): Buffer[] {
  const payloads = recordedWebhooks('v0.26.0').filter((webhook) => webhook.cause === cause);
  return payloads.map(({ payload }, index) => {
    const data = payload['data'] as { updated_at: string };
    const updatedAt = data.updated_at.replace(
      /\.(\d{3})/,
      (_, ms: string) => `.${String((Number(ms) + index) % 1000).padStart(3, '0')}`,
    );
    const own = { ...payload, workspace_id: SAMPLE.workspaceId, data: { ...data, id: item, updated_at: updatedAt } };
    return Buffer.from(JSON.stringify(own));
  });
}

describe("v0.26's webhooks about one change, over two servers", () => {
  let database: TestDatabase;
  let replicas: Replicas;

  beforeAll(async () => {
    database = await createTestDatabase();
    replicas = await Replicas.start('twins-server.mjs', database, database.url);
    for (const [cause] of CAUSES) await Promise.all(RUNS.filter((run) => run.cause === cause).map(send));
    await until('every delivery is done at both handlers', async () => (await database.query(UNFINISHED)).length === 0);
  });

  afterAll(async () => {
    await replicas.stop();
    await database.drop();
  });

  /** Alternates between the servers, and does not wait for an answer, as Plane's workers. */
  async function send({ cause, gap, reversed, item }: (typeof RUNS)[number]): Promise<void> {
    const bodies = bodiesOf(cause, item);
    const answers: Promise<Response>[] = [];
    for (const [index, body] of (reversed ? bodies.toReversed() : bodies).entries()) {
      if (index > 0) await wait(gap);
      const headers = { 'content-type': 'application/json', 'x-plane-signature': sign(body, FIXTURE_SECRET) };
      const url = `${replicas.urls[index % 2]}/webhooks/plane`;
      answers.push(fetch(url, { method: 'POST', headers, body: new Uint8Array(body) }));
    }
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    expect(statuses).toEqual(bodies.map(() => 202));
  }

  it.each(RUNS)('$cause, $gap ms apart, reversed: $reversed, is one run of a handler', ({ item, noted }) => {
    const runs = replicas.runs().map(({ eventId }) => eventId);
    const expected = ['ordered', 'unordered'].map((kind) => [kind, item, ...(noted ? [noted] : [])].join(':'));
    expect(runs.filter((run) => run.includes(item)).toSorted()).toEqual(expected);
  });
});
