import { randomUUID } from 'node:crypto';
import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { QueueService } from '../../src/queue/queue.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { DeliveriesModule } from '../../src/webhooks/deliveries/deliveries.module.js';
import { DeliveriesRepository } from '../../src/webhooks/deliveries/deliveries.repository.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { type DeliveryFilter } from '../../src/webhooks/deliveries/delivery-filter.js';
import { DeliveryReplayService } from '../../src/webhooks/deliveries/delivery-replay.service.js';
import { OUTCOME_STATES } from '../../src/webhooks/deliveries/outcome.js';
import { SearchIndexJob } from '../../src/webhooks/search/search-index.job.js';
import { SearchModule } from '../../src/webhooks/search/search.module.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  bodyOf,
  COUNT,
  FIRST_AT,
  FOUND_BY,
  HANDLERS,
  known,
  meets,
  numbers,
  STEP_MS,
  WORKSPACES,
} from '../support/known-deliveries.js';
import { serviceContext } from '../support/service-context.js';
import { idOf, storeDeliveries } from '../support/stored-deliveries.js';

const QUEUE = {
  retryLimit: 1,
  retryDelaySeconds: 1,
  backoff: false,
  timeoutSeconds: 600,
  keepSeconds: 86_400,
};

const CHOICES: readonly (readonly Partial<DeliveryFilter>[])[] = [
  [{}, {}, { event: 'workitem.created' }, { event: 'nothing.ever' }],
  [{}, {}, ...['cloud', 'rare', 'none'].map((connection) => ({ connection }))],
  [{}, ...WORKSPACES.slice(1).map((workspaceId) => ({ workspaceId }))],
  [
    {},
    ...[...OUTCOME_STATES, 'waiting' as const].map((state) => ({ state })),
    { handler: 'Beta.run' },
    { handler: 'Nobody.here' },
    { state: 'handled', handler: 'Alpha.run' },
    { state: 'failed', handler: 'Alpha.run' },
    { state: 'waiting', handler: 'Beta.run' },
  ],
  [{}, {}, {}, ...Object.keys(FOUND_BY).map((text) => ({ text }))],
  [
    {},
    {},
    { since: new Date(FIRST_AT + 50 * STEP_MS), until: new Date(FIRST_AT + 1500 * STEP_MS) },
    { until: new Date(FIRST_AT + 90 * STEP_MS) },
  ],
];

describe('pages of deliveries', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;
  const random = numbers(7);
  const all = Array.from({ length: COUNT }, (_, index) => known(index, random)).toSorted((a, b) =>
    a.id < b.id ? 1 : -1,
  );

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [DeliveriesModule, SearchModule]);
    await storeDeliveries(
      database,
      all.map((each) => ({ ...each, body: bodyOf(each) })),
    );
    await storeOutcomes();
    await storeJobs();
    await context.get(SearchIndexJob).run();
    await database.query('ANALYZE');
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  async function storeOutcomes(): Promise<void> {
    const rows = all.flatMap(({ id, outcomes }) => [...outcomes].map(([handler, state]) => ({ id, handler, state })));
    await database.query(
      `INSERT INTO delivery_outcomes (delivery_id, handler, state, last_error)
       SELECT id, handler, state, CASE state WHEN 'failed' THEN 'no luck' END
       FROM json_to_recordset($1) AS row (id uuid, handler text, state text)`,
      [JSON.stringify(rows)],
    );
  }

  /** In queues, delayed, in lines and parked, by turns. */
  async function storeJobs(): Promise<void> {
    const queue = context.get(QueueService);
    for (const handler of HANDLERS) await queue.declare(handler, QUEUE);
    for (const handler of HANDLERS) {
      const jobs = all.filter(({ waitsAt }) => waitsAt.has(handler)).map(({ id }) => ({ data: { deliveryId: id } }));
      const ways = jobs.map(
        (job, index) => [job, { ...job, waitSeconds: 600 }, { ...job, orderingKey: 'one' }, job][index % 4] ?? job,
      );
      const parked = jobs.filter((_, index) => index % 4 === 3);
      await context.get(DataSource).transaction(async (transaction) => {
        await queue.enqueue(
          transaction,
          handler,
          ways.filter((_, index) => index % 4 !== 3),
        );
      });
      for (const { data } of parked)
        await database.query(`INSERT INTO parked_jobs (id, queue, data, awaits) VALUES ($1, $2, $3, 'install:x')`, [
          randomUUID(),
          handler,
          data,
        ]);
    }
  }

  const page = (filter: DeliveryFilter, limit = 20, before?: string) =>
    context.get(DeliveriesService).page(filter, { limit, before });
  const idsOf = async (filter: DeliveryFilter, limit?: number, before?: string): Promise<string[]> =>
    (await page(filter, limit, before)).deliveries.map(({ id }) => id);

  it('contain the deliveries that match each filter and combination of filters', async () => {
    const singles = CHOICES.flatMap((options, place) =>
      options.map((_, option) => CHOICES.map((__, at) => (at === place ? option : 0))),
    );
    const combined = Array.from({ length: 60 }, () => CHOICES.map((options) => random(options.length)));
    let found = 0;
    for (const choice of [...singles, ...combined]) {
      const filter: DeliveryFilter = Object.assign({}, ...choice.map((option, place) => CHOICES[place]?.[option]));
      const expected = all.filter((each) => meets(each, filter)).map(({ id }) => id);
      const { deliveries, next } = await page(filter);
      expect({ filter, ids: deliveries.map(({ id }) => id) }).toEqual({ filter, ids: expected.slice(0, 20) });
      expect(next !== undefined).toBe(expected.length > 20);
      if (next !== undefined) expect(await idsOf(filter, 20, next)).toEqual(expected.slice(20, 40));
      found += expected.length;
    }
    expect(found).toBeGreaterThan(COUNT);
  });

  it('show the outcome of each delivery for each handler', async () => {
    const { deliveries } = await page({ state: 'failed' }, 5);
    for (const { id, outcomes } of deliveries) {
      const states = [...(all.find((each) => each.id === id)?.outcomes ?? [])].toSorted(([one], [other]) =>
        one < other ? -1 : 1,
      );
      expect(outcomes).toEqual(
        states.map(([handler, state]) => ({
          handler,
          state,
          lastError: state === 'failed' ? 'no luck' : null,
        })),
      );
    }
  });

  it('have no gaps and no duplicates while deliveries arrive', async () => {
    const seen: string[] = [];
    for (let before: string | undefined, at = 0; ; at += 1) {
      const { deliveries, next } = await page({ event: 'workitem.created' }, 100, before);
      seen.push(...deliveries.map(({ id }) => id));
      if (next === undefined) break;
      before = next;
      const id = idOf(new Date());
      await storeDeliveries(database, [
        { id, workspaceId: 'w', eventName: 'workitem.created', entityId: `e${at}`, body: '{}' },
      ]);
    }
    expect(seen).toEqual(all.filter(({ eventName }) => eventName === 'workitem.created').map(({ id }) => id));
    await database.query(`DELETE FROM deliveries WHERE workspace_id = 'w'`);
  });

  it('find a delivery by its ids before it is indexed, and by its words afterwards', async () => {
    const [id, workspaceId, entityId] = [idOf(new Date()), randomUUID(), randomUUID()];
    const text = `<p>Kurf&uuml;rst O'Brien sagt: <b>/ping</b> 😀 back\\slash</p><script>let hidden</script>\0`;
    const body = JSON.stringify({
      data: { id: entityId, comment_html: text, url: 'https://x.test/path', actor: { first_name: 'Zoë' } },
    });
    await storeDeliveries(database, [{ id, workspaceId, eventName: 'x', entityId, body }]);
    for (const each of [id, workspaceId, entityId]) expect(await idsOf({ text: ` ${each} ` })).toEqual([id]);
    expect(await idsOf({ text: 'kurfürst' })).toEqual([]);
    await context.get(SearchIndexJob).run();
    for (const each of [id, workspaceId, entityId]) expect(await idsOf({ text: each })).toEqual([id]);
    for (const each of ['KURFÜRST', 'kurfurst brien', `"o'brien sagt"`, 'ping', '/ping', 'zoe', 'Zoë', 'slash', 'kurf'])
      expect([each, await idsOf({ text: each })]).toEqual([each, [id]]);
    for (const each of ['hidden', 'path', '"sagt brien"', '"kurf"', 'kurf '])
      expect([each, await idsOf({ text: each })]).toEqual([each, []]);
    await database.query('DELETE FROM deliveries WHERE id = $1', [id]);
    await database.query('DELETE FROM delivery_search WHERE delivery_id = $1', [id]);
  });

  it('find deliveries that were stored out of order, also after one from a clock that is ahead', async () => {
    const inSeconds = async (seconds: number, text: string): Promise<string> => {
      const id = idOf(new Date(Date.now() + seconds * 1000));
      const row = { id, workspaceId: 'late', eventName: 'x', entityId: 'e', body: JSON.stringify({ text }) };
      await storeDeliveries(database, [row]);
      await context.get(SearchIndexJob).run();
      return id;
    };
    const ids = [await inSeconds(86_400, 'ahead'), await inSeconds(-1, 'punctual'), await inSeconds(-25, 'held')];
    for (const [index, text] of ['ahead', 'punctual', 'held'].entries())
      expect([text, await idsOf({ text })]).toEqual([text, [ids[index]]]);
    await database.query(`DELETE FROM deliveries WHERE workspace_id = 'late'`);
    await database.query('DELETE FROM delivery_search WHERE delivery_id = ANY ($1)', [ids]);
  });

  it.each([
    `' & | ! ( : *`,
    '\0',
    `'; DROP TABLE deliveries; --`,
    '"',
    '\\',
    ':*',
    '=',
    '<->',
    '\u{D800}',
    'a'.repeat(100_000),
    '(('.repeat(5000),
  ])('treat special characters in a search as plain text: %#', async (text) => {
    expect(await idsOf({ text })).toEqual([]);
  });

  it('ignore a blank search text', async () => {
    expect(await idsOf({ text: '  ' }, 3)).toEqual(all.slice(0, 3).map(({ id }) => id));
  });

  it('reject an invalid cursor', async () => {
    await expect(page({}, 1, 'x')).rejects.toMatchObject({ code: 'cursor_invalid' });
    expect(await idsOf({ id: 'x' })).toEqual([]);
    expect(await idsOf({ id: all[5]?.id ?? '' })).toEqual([all[5]?.id]);
  });

  it('match the same deliveries as a replay with the same filter', async () => {
    const filter = { text: 'brücke', workspaceId: WORKSPACES[0] ?? '' };
    const { deliveries } = await context.get(DeliveryReplayService).replay(filter, undefined, true);
    expect(deliveries).toBe(all.filter((each) => meets(each, { ...filter, text: 'brück' })).length);
  });

  it('have no search index entries left after the deliveries are deleted', async () => {
    while ((await context.get(DeliveriesRepository).deleteOlderThan(0, 1000)) > 0);
    expect(await database.query('SELECT FROM delivery_search')).toEqual([]);
  });
});
