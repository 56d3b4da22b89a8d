import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { QueueService } from '../../src/queue/queue.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { DeliveriesModule } from '../../src/webhooks/deliveries/deliveries.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { type DeliveryFilter } from '../../src/webhooks/deliveries/delivery-filter.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FULL_SIZE } from '../support/full-size.js';
import { serviceContext } from '../support/service-context.js';

const ROWS = FULL_SIZE ? 1_000_000 : 20_000;
const WORKSPACES = 1000;
/** What a list may read of the tables and indexes: of the small table less than all of it. */
const MAX_BLOCKS = FULL_SIZE ? 100_000 : 5000;
/** A search goes through thousands of the newest first, however many there are. */
const MAX_SEARCHED_BLOCKS = FULL_SIZE ? 100_000 : 40_000;
/** Times are measured, and printed, at full size alone. */
const RUNS = FULL_SIZE ? 21 : 0;
const QUEUE = { retryLimit: 1, retryDelaySeconds: 1, backoff: false, timeoutSeconds: 5, keepSeconds: 86_400 };
const WORKSPACE = '00000000-0000-4000-8000-000000000008';

/** Bodies of 2 kB over 14 days, a workspace has one in a thousand. The first is the oldest. */
const DELIVERIES = `
  INSERT INTO deliveries
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || '8'
          || substr(hash, 4, 15))::uuid,
         hash, '00000000-0000-4000-8000-' || lpad((n % $2::int)::text, 12, '0'),
         CASE WHEN n % 10000 = 7 THEN 'event.rare' ELSE 'event.' || n % 20 END, 'v2',
         md5((n % 50000)::text)::uuid::text, convert_to(repeat(hash, 64), 'UTF8'), '{}', 'abcdef01', at
  FROM generate_series(1, $1::int) AS n,
       LATERAL (SELECT md5(n::text) AS hash,
                       date_trunc('milliseconds', now() - ($1 - n) * (interval '14 days' / $1)) AS at) AS row`;

const NUMBERED = `SELECT row_number() OVER (ORDER BY id) AS n, id, entity_id FROM deliveries`;

/** One handler takes up everything, and fails one time in a thousand; another took up a few, long ago. */
const OUTCOMES = `
  INSERT INTO delivery_outcomes (delivery_id, handler, state, attempts)
  SELECT id, handler, state, '[{"attempt": 1, "at": "2026-01-01T00:00:00.000Z", "ms": 12, "outcome": "handled"}]'
  FROM (${NUMBERED}) AS numbered CROSS JOIN LATERAL (
    SELECT 'Often.run' AS handler, CASE WHEN n % 1000 = 11 THEN 'failed' WHEN n % 5000 = 13 THEN 'dead_lettered' ELSE 'handled' END AS state
    UNION ALL SELECT 'Seldom.run', 'skipped' WHERE n <= 30) AS outcome`;

/** A word that is in all, one in a hundred, one in fifty of the older half, a few of the oldest; and twenty of 50,000. */
const WORDS = `
  INSERT INTO delivery_search
  SELECT id, array_to_tsvector(ARRAY['everywhere', '=' || entity_id]
    || CASE WHEN n % 100 = 1 THEN ARRAY['hundredth'] ELSE '{}' END
    || CASE WHEN n % 50 = 1 AND n < $1::int / 2 THEN ARRAY['former'] ELSE '{}' END
    || CASE WHEN n < 20 THEN ARRAY['oldest'] ELSE '{}' END
    || ARRAY(SELECT 'word' || (n * k * 7919) % 50000 FROM generate_series(1, 20) AS k))
  FROM (${NUMBERED}) AS numbered`;

const LISTS: readonly (readonly [name: string, filter: DeliveryFilter, index: string])[] = [
  ['all', {}, 'deliveries_pkey'],
  ['a frequent event', { event: 'event.8' }, 'deliveries_event_idx'],
  ['a rare event', { event: 'event.rare' }, 'deliveries_event_idx'],
  ['a workspace', { workspaceId: WORKSPACE }, 'deliveries_workspace_idx'],
  ['a connection', { connection: 'default' }, 'deliveries_connection_idx'],
  ['a connection of none', { connection: 'none' }, 'deliveries_connection_idx'],
  ['a connection and an event', { connection: 'default', event: 'event.rare' }, 'deliveries_event_idx'],
  ['a day', { since: daysAgo(9), until: daysAgo(8) }, 'deliveries_pkey'],
  ['handled', { state: 'handled' }, 'delivery_outcomes_handler_idx'],
  ['skipped, all of them old', { state: 'skipped' }, 'delivery_outcomes_handler_idx'],
  ['failed', { state: 'failed' }, 'delivery_outcomes_handler_idx'],
  ['parked, of which there are none', { state: 'parked' }, 'delivery_outcomes_handler_idx'],
  ['a handler of all', { handler: 'Often.run' }, 'delivery_outcomes_handler_idx'],
  ['a handler of few', { handler: 'Seldom.run' }, 'delivery_outcomes_handler_idx'],
  ['a handler and a state', { handler: 'Often.run', state: 'dead_lettered' }, 'delivery_outcomes_handler_idx'],
  ['a word of all', { text: 'everywhere' }, 'delivery_search_'],
  ['a word of one in a hundred', { text: 'hundredth' }, 'delivery_search_'],
  ['a word of one in fifty, all of them old', { text: 'former' }, 'delivery_search_words_idx'],
  ['a word of a few old ones', { text: 'oldest' }, 'delivery_search_words_idx'],
  ['a word of none', { text: 'nowhere' }, 'delivery_search_words_idx'],
  ['two words', { text: 'word7919 everywhere' }, 'delivery_search_words_idx'],
  ['two words, the first of all', { text: 'everywhere word7919' }, 'delivery_search_words_idx'],
  ['the beginning of words', { text: 'every' }, 'delivery_search_'],
  ['the beginning of rare words', { text: 'word1234' }, 'delivery_search_words_idx'],
  ["an entity's id", { text: 'cfcd2084-95d5-65ef-66e7-dff9f98764da' }, 'delivery_search_words_idx'],
  ["a workspace's id", { text: WORKSPACE }, 'deliveries_workspace_idx'],
  ['a workspace and an event', { workspaceId: WORKSPACE, event: 'event.8' }, 'deliveries_workspace_idx'],
  ['a workspace and a state', { workspaceId: WORKSPACE, state: 'failed' }, 'delivery_outcomes_'],
  ['an event and a state', { event: 'event.11', state: 'failed' }, 'delivery_outcomes_handler_idx'],
  ['an event and a handler', { event: 'event.rare', handler: 'Often.run' }, 'deliveries_event_idx'],
  ['a word and a workspace', { text: 'former', workspaceId: WORKSPACE }, 'deliveries_workspace_idx'],
  ['a word and an event', { text: 'hundredth', event: 'event.1' }, 'deliveries_event_idx'],
  ['a word and a state', { text: 'hundredth', state: 'failed' }, 'delivery_outcomes_handler_idx'],
  ['a word in a day', { text: 'hundredth', since: daysAgo(9), until: daysAgo(8) }, 'delivery_search_'],
  [
    'a workspace in a day',
    { workspaceId: WORKSPACE, since: daysAgo(9), until: daysAgo(8) },
    'deliveries_workspace_idx',
  ],
  ['an event in a day', { event: 'event.8', since: daysAgo(9), until: daysAgo(8) }, 'deliveries_event_idx'],
  ['a state in a day', { state: 'failed', since: daysAgo(9), until: daysAgo(8) }, 'delivery_outcomes_handler_idx'],
];

const WAITING: readonly (readonly [name: string, filter: DeliveryFilter])[] = [
  ['waiting', { state: 'waiting' }],
  ['waiting at a handler', { state: 'waiting', handler: 'Often.run' }],
  ['waiting of a workspace', { state: 'waiting', workspaceId: WORKSPACE }],
  ['waiting with a word', { state: 'waiting', text: 'hundredth' }],
  ['waiting of an event', { state: 'waiting', event: 'event.11' }],
  ['waiting since a day', { state: 'waiting', since: daysAgo(9), until: daysAgo(8) }],
];

function daysAgo(days: number): Date {
  return new Date(Date.now() - days * 86_400_000);
}

describe(`lists of ${ROWS} deliveries`, () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;
  const statements: { query: string; parameters: unknown[] }[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [DeliveriesModule]);
    for (const queue of ['Often.run', 'Seldom.run']) await context.get(QueueService).declare(queue, QUEUE);
    await database.query(DELIVERIES, [ROWS, WORKSPACES]);
    await database.query(OUTCOMES);
    await database.query('DROP INDEX delivery_search_words_idx');
    await database.query(WORDS, [ROWS]);
    await database.query('CREATE INDEX delivery_search_words_idx ON delivery_search USING gin (words)');
    await database.query('VACUUM ANALYZE');
    context.get(DataSource).subscribers.push({
      beforeQuery: ({ query, parameters = [] }) => void statements.push({ query, parameters: parameters as unknown[] }),
    });
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const list = (filter: DeliveryFilter) => context.get(DeliveriesService).page(filter, { limit: 50 });

  /** The plans of all statements of the list, and how many blocks they read together. */
  async function explain(filter: DeliveryFilter): Promise<{ plans: string; blocks: number }> {
    statements.length = 0;
    await list(filter);
    const plans: string[] = [];
    let blocks = 0;
    for (const { query, parameters } of statements) {
      const explained = `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) ${query}`;
      const lines = await database.query<{ 'QUERY PLAN': string }>(explained, parameters);
      const plan = lines.map((line) => line['QUERY PLAN']).join('\n');
      plans.push(plan.replace(/\nPlanning:[\s\S]*$/, ''));
      // The first are those of the uppermost step, which has all.
      const [, hit = 0, read = 0] = /Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?/.exec(plan) ?? [];
      blocks += Number(hit) + Number(read);
    }
    return { plans: plans.join('\n'), blocks };
  }

  /** Prints what the list reads, and at full size the median of its times. */
  async function report(name: string, filter: DeliveryFilter, blocks: number): Promise<void> {
    const times: number[] = [];
    for (let index = 0; index < RUNS; index += 1) {
      const began = performance.now();
      await list(filter);
      times.push(performance.now() - began);
    }
    const [ms] = times.toSorted((one, other) => one - other).slice((RUNS - 1) / 2);
    process.stdout.write(`${name}: ${blocks} blocks${ms === undefined ? '' : `, ${ms.toFixed(1)} ms`}\n`);
  }

  it.each(LISTS)('are read with an index, and read few rows: %s', async (name, filter, index) => {
    const { plans, blocks } = await explain(filter);
    await report(name, filter, blocks);
    expect(plans).toContain(index);
    expect(plans).not.toMatch(/Seq Scan on (deliveries|delivery_outcomes|delivery_search)/);
    expect(blocks).toBeLessThan(filter.text === undefined ? MAX_BLOCKS : MAX_SEARCHED_BLOCKS);
  });

  it.each([
    ['none', 0, 0],
    ['a few old ones', 1000, 5],
    ['one in ten', 10, ROWS / 10],
  ])('read waiting jobs with an index, and few rows: %s', async (_, step, most) => {
    const jobs = await database.query<{ deliveryId: string }>(
      `SELECT id AS "deliveryId" FROM (${NUMBERED}) AS numbered WHERE n % $1 = 1 ORDER BY n LIMIT $2`,
      [step, most],
    );
    const added = jobs.map((data, index) => ({
      data,
      ...(index % 3 === 0 && { orderingKey: `key ${index % 99}` }),
    }));
    for (let from = 0; from < added.length; from += 5000)
      await context.get(DataSource).transaction(async (transaction) => {
        await context.get(QueueService).enqueue(transaction, 'Often.run', added.slice(from, from + 5000));
      });
    await database.query('ANALYZE');
    for (const [name, filter] of WAITING) {
      const { plans, blocks } = await explain(filter);
      await report(`${name}, among ${most}`, filter, blocks);
      expect(plans).not.toMatch(/Seq Scan on (deliveries|delivery_outcomes|delivery_search)/);
      if (FULL_SIZE && most > 1000 && !filter.since)
        expect(plans).toMatch(/using job_common_pkey[\s\S]*using queue_lines_delivery_idx/);
      expect(blocks).toBeLessThan(filter.text === undefined ? MAX_BLOCKS : MAX_SEARCHED_BLOCKS);
    }
  });
});
