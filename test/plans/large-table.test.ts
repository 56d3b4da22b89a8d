import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { DeliveriesModule } from '../../src/webhooks/deliveries/deliveries.module.js';
import { DeliveriesRepository } from '../../src/webhooks/deliveries/deliveries.repository.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { TrafficMonitorModule } from '../../src/webhooks/traffic-monitor/traffic-monitor.module.js';
import { WorkspaceTrafficRepository } from '../../src/webhooks/traffic-monitor/workspace-traffic.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FULL_SIZE } from '../support/full-size.js';
import { pingWebhook } from '../support/hangar-with-simulator.js';
import { serviceContext } from '../support/service-context.js';

const ROWS = FULL_SIZE ? 5_000_000 : 20_000;
const WORKSPACES = FULL_SIZE ? 10_000 : 200;
/** Times are measured, and printed, at full size alone. */
const RUNS = FULL_SIZE ? 21 : 0;
const BATCH = 256;
const SLICE = FULL_SIZE ? 50_000 : 15_000;
/** Rows that are deleted at once; of them there are enough for every run. */
const DELETED = FULL_SIZE ? 1000 : 100;
const RETENTION_SECONDS = 14 * 86_400;

/** Bodies of 192 bytes and ids in the order of time, over the last 15 days; one workspace in ten sends v1, one event in a
 * thousand is rare. */
const FILL = `
  INSERT INTO deliveries
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(hash, 1, 3) || '8'
          || substr(hash, 4, 15))::uuid,
         'key ' || hash, 'workspace ' || n % $2::int, CASE n % 1000 WHEN 7 THEN 'event.rare' ELSE 'event.' || n % 20 END, CASE n % 10 WHEN 0 THEN 'v1' ELSE 'v2' END, NULL,
         convert_to(repeat(hash, 6), 'UTF8'), '{"content-type": "application/json"}', 'abcdef01', at
  FROM generate_series(1, $1::int) AS n,
       LATERAL (SELECT md5(n::text) AS hash, now() - ($1 - n) * (interval '15 days' / $1) AS at) AS row`;

/** What the server asks of the table, and the index that each may use. */
const OPERATIONS = [
  ['one delivery stored', 'deliveries_key_key'],
  [`${BATCH} deliveries stored at once`, 'deliveries_key_key'],
  ['when a secret last signed', 'deliveries_received_idx'],
  ['that a secret signed nothing for a week', 'deliveries_received_idx'],
  ["when a workspace's secret last signed", 'deliveries_workspace_idx'],
  ['who has sent since', 'deliveries_workspace_idx'],
  ['traffic looked at', 'deliveries_received_idx'],
  ['deliveries past their time deleted', 'deliveries_received_idx'],
] as const;

describe(`a table of ${ROWS} deliveries`, () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;
  const before = new Map<string, number>();
  const statements: { query: string; parameters: unknown[] }[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [DeliveriesModule, TrafficMonitorModule]);
    context.get(DataSource).subscribers.push({
      beforeQuery: ({ query, parameters = [] }) => void statements.push({ query, parameters: parameters as unknown[] }),
    });
    if (FULL_SIZE) for (const [name] of OPERATIONS) before.set(name, await median(name));
    await database.query(FILL, [ROWS, WORKSPACES]);
    await database.query('VACUUM ANALYZE deliveries');
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const store = async (): Promise<unknown> => {
    const body = Buffer.from(pingWebhook('v2'));
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    return context.get(DeliveriesService).store({ event, body, headers: {}, secretFingerprint: 'abcdef01' });
  };

  function run(name: (typeof OPERATIONS)[number][0]): Promise<unknown> {
    const deliveries = context.get(DeliveriesService);
    const traffic = context.get(WorkspaceTrafficRepository);
    const workspaceId = 'workspace 8';
    const runs: Record<typeof name, () => Promise<unknown>> = {
      'one delivery stored': store,
      '256 deliveries stored at once': () => Promise.all(Array.from({ length: BATCH }, store)),
      'when a secret last signed': () => deliveries.lastSignedBy(['abcdef01']),
      'that a secret signed nothing for a week': () => deliveries.lastSignedBy(['ffffffff']),
      "when a workspace's secret last signed": () => deliveries.lastSignedIn(workspaceId, ['abcdef01', 'abcdef012345']),
      'who has sent since': () => traffic.sentSince([{ connectionId: 'default', workspaceId }]),
      'traffic looked at': () => traffic.advance(SLICE),
      'deliveries past their time deleted': () =>
        context.get(DeliveriesRepository).deleteOlderThan(RETENTION_SECONDS, DELETED),
    };
    return runs[name]();
  }

  /** Milliseconds. */
  async function median(name: (typeof OPERATIONS)[number][0]): Promise<number> {
    const times: number[] = [];
    for (let index = 0; index < RUNS; index += 1) {
      const began = performance.now();
      await run(name);
      times.push(performance.now() - began);
    }
    return times.toSorted((one, other) => one - other)[(RUNS - 1) / 2] ?? Number.NaN;
  }

  it.each(OPERATIONS)('is read with an index: %s', async (name, index) => {
    statements.length = 0;
    await run(name);
    const plans: string[] = [];
    for (const { query, parameters } of statements.filter((each) => /\bdeliveries\b/.test(each.query))) {
      const plan = await database.query<{ 'QUERY PLAN': string }>(`EXPLAIN (COSTS OFF) ${query}`, parameters);
      plans.push(...plan.map((line) => line['QUERY PLAN']));
    }
    const text = plans.join('\n');
    expect(text).toContain(index);
    expect(text).not.toMatch(/Seq Scan on deliveries/);
    if (!FULL_SIZE) return;
    const [small, large] = [before.get(name) ?? Number.NaN, await median(name)];
    process.stdout.write(`${name}: ${small.toFixed(2)} ms on a small table, ${large.toFixed(2)} ms among ${ROWS}\n`);
  });

  it('has more expired rows than one batch deletes', async () => {
    const deliveries = context.get(DeliveriesRepository);
    expect(await deliveries.deleteOlderThan(RETENTION_SECONDS, DELETED)).toBe(DELETED);
  });

  it('is read by the traffic monitor from the beginning, in slices', async () => {
    await database.query('TRUNCATE connection_traffic');
    let slices = 1;
    while ((await context.get(WorkspaceTrafficRepository).advance(SLICE)) === SLICE) slices += 1;
    expect(slices).toBeGreaterThan(1);
    const [row] = await database.query<{ count: number }>('SELECT count(*)::int AS count FROM connection_traffic');
    expect(row?.count).toBeGreaterThan(WORKSPACES);
  });
});
