import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatchUpRecords, type Handled, timesByItem } from '../support/catch-up-records.js';
import { hangarCommand } from '../support/cli.js';
import { FULL_SIZE } from '../support/full-size.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { PlaneChanges } from '../support/plane-changes.js';
import { until } from '../support/until.js';

const CHANGES = FULL_SIZE ? 500 : 60;
const ITEMS = FULL_SIZE ? 60 : 12;

interface Run {
  readonly recovered: number;
  readonly known: number;
  readonly unrecoverable: number;
  readonly calls: number;
  readonly seconds: number;
}

describe(`an outage of two hours with ${CHANGES} changes`, () => {
  let together: HangarWithSimulator;
  let changes: PlaneChanges;
  let beganMs = 0;
  const records = new CatchUpRecords();

  beforeAll(async () => {
    beganMs = Date.now();
    together = await HangarWithSimulator.start({
      program: resolve('test/support/catch-up-server.mjs'),
      environment: { RECORD_FILE: records.file },
    });
    await together.plane.post('/settings', { rateLimitPerMinute: 100_000 });
    await together.install();
    changes = new PlaneChanges(together.simulator.url, together.simulator.apiKey);
    await changes.prepare(ITEMS);
    await until('the webhooks before', () => records.by('takes').length >= ITEMS * 2 + 2);
    await catchUp('1m');
  });

  afterAll(async () => {
    await together.stop();
  });

  async function start(since: string): Promise<void> {
    const { stdout, stderr } = await hangarCommand(['catch-up', 'sandbox', '--since', since], together.environment);
    expect([stderr, stdout]).toEqual(['', expect.stringContaining('is started')]);
  }

  async function ended(): Promise<Run> {
    return until('the end of the catch-up', async () => {
      const [run] = await together.database.query<Run & { ended: boolean }>(
        `SELECT recovered, known, unrecoverable, calls, ended_at IS NOT NULL AS ended,
                extract(epoch FROM ended_at - created_at)::int AS seconds
         FROM catch_up_runs ORDER BY created_at DESC LIMIT 1`,
      );
      return run?.ended === true && run;
    });
  }

  async function catchUp(since: string): Promise<Run> {
    await start(since);
    return ended();
  }

  async function idle(): Promise<void> {
    await until('all handlers to have run', async () => {
      const [row] = await together.database.query<{ jobs: number }>(
        `SELECT (SELECT count(*) FROM pgboss.job WHERE state < 'completed' AND name IN ('Takes.run', 'Refuses.run'))::int
              + (SELECT count(*) FROM queue_lines WHERE queue IN ('Takes.run', 'Refuses.run'))::int AS jobs`,
      );
      return row?.jobs === 0;
    });
  }

  it('is recovered once in each handler and in order, by two servers of which one is killed', async () => {
    const before = records.by('takes').length;
    await together.plane.post('/webhook', { enabled: false });
    await changes.make(CHANGES, -125, -5);
    const victim = together.hangar;
    await together.startReplica();
    await start('130m');
    await until('some of it to be recovered', async () => {
      const [row] = await together.database.query<{ recovered: number }>(
        'SELECT max(recovered) AS recovered FROM catch_up_runs WHERE ended_at IS NULL',
      );
      return (row?.recovered ?? 0) > CHANGES / 10;
    });
    await victim.end('SIGKILL');
    const run = await ended();
    await idle();

    const recovered = records.by('takes').slice(before);
    const stored = await together.database.query<{ key: string }>(
      `SELECT key FROM deliveries WHERE source = 'catch-up'`,
    );
    // A run that the kill interrupted is repeated: at least once an event, and each event is stored once.
    expect(new Set(recovered.map(({ id }) => id)).size).toBe(stored.length);
    expect(recovered.length - stored.length).toBeLessThanOrEqual(5);
    expect(run.recovered).toBe(stored.length);
    expect(await missing(recovered)).toEqual([]);
    expect(records.by('refuses').filter(({ source }) => source === 'catch-up')).toEqual([]);
    for (const times of timesByItem(recovered)) expect(times).toEqual(times.toSorted((one, other) => one - other));
    const touched = new Set(recovered.map(({ entity }) => entity)).size;
    expect(run.calls).toBeLessThan(2 * touched + 60);
    console.log(
      `${CHANGES} changes: ${JSON.stringify(run)}, ${touched} entities, ${recovered.length} runs of the handler`,
    );
  });

  it('is not handled twice when Plane sends the webhooks after all', async () => {
    const [takes, refuses] = [records.by('takes').length, records.by('refuses').length];
    await together.startHangar();
    await together.plane.post('/webhook', { enabled: true });
    await together.plane.post('/webhook/send-dropped');
    await until('the late webhooks', async () => {
      const { deliveries } = (await together.plane.state()) as unknown as { deliveries: { status: string }[] };
      return deliveries.every(({ status }) => status !== 'sending' && status !== 'waiting');
    });
    await idle();
    // Lists show the last value of a module alone, and a deleted work item shows no comments: their webhooks are news.
    const present = new Set(changes.items);
    const again = records.by('takes').slice(takes);
    expect(again.filter(({ name, entity }) => name !== 'module.updated' && present.has(entity))).toEqual([]);
    expect(records.by('refuses').length).toBeGreaterThan(refuses + CHANGES / 2);
  });

  /** What the API shows and the handler did not receive. */
  async function missing(recovered: readonly Handled[]): Promise<string[]> {
    const received = new Set(recovered.map(({ id }) => id));
    const isOfOutage = (ms: number): boolean => ms < beganMs && ms > beganMs - 8_000_000;
    const wanted: string[] = [];
    for (const item of new Set([...recovered.map(({ entity }) => entity), ...changes.items]))
      wanted.push(...(await changes.shownOf(item, isOfOutage)));
    return [...new Set(wanted)].filter((id) => !received.has(id));
  }
});
