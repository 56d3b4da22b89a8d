import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { drainedQueue } from '../support/drained-queue.js';
import { FULL_SIZE } from '../support/full-size.js';
import { handledEvents, repeatedRuns, type Run } from '../support/recorded-runs.js';
import { Replicas } from '../support/replicas.js';
import { until } from '../support/until.js';
import { acceptedEvents, answersOf, WebhookLoad } from '../support/webhook-load.js';

const EVENTS = FULL_SIZE ? 20_000 : 2000;
const PER_SECOND = FULL_SIZE ? 1000 : 400;
const KILLS = FULL_SIZE ? 10 : 3;
/** How long before a kill a run may have ended whose end had not been written down yet. */
const COMMIT_MS = 1000;

describe(`${EVENTS} webhooks at ${PER_SECOND} a second to two servers that are killed ${KILLS} times`, () => {
  let database: TestDatabase;
  let replicas: Replicas;
  let load: WebhookLoad;
  const cleanups: (() => unknown)[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    cleanups.unshift(() => database.drop());
    replicas = await Replicas.start('recording-server.mjs', database, database.url);
    cleanups.unshift(() => replicas.stop());
    load = new WebhookLoad({ urls: replicas.urls, count: EVENTS, perSecond: PER_SECOND });
    cleanups.unshift(() => load.stop());
  }, 60_000);

  afterAll(async () => {
    for (const clean of cleanups) await clean();
  });

  /** One after the other and in turn, spread over the load. */
  async function kill(): Promise<void> {
    for (let count = 1; count <= KILLS; count += 1) {
      await until('the next kill', () => load.progress >= count / (KILLS + 1), 300_000);
      await replicas.all[count % replicas.all.length]?.killAndStart();
    }
  }

  const wasUnderWay = ({ killedAt, endedAt = Infinity }: Run): boolean =>
    killedAt !== undefined && killedAt - endedAt < COMMIT_MS;

  it('lose none that was acknowledged, and run none twice but what was under way at a kill', async () => {
    const [sent] = await Promise.all([load.run(), kill()]);
    await drainedQueue(database);
    const runs = replicas.runs();
    const [accepted, handled, repeated] = [acceptedEvents(sent), handledEvents(runs), repeatedRuns(runs)];
    const { counts, slowestMs } = answersOf(sent);
    const cut = runs.filter(({ endedAt }) => endedAt === undefined).length;
    process.stdout.write(
      `${JSON.stringify({ counts, slowestMs, handled: handled.size, repeated: repeated.length, cut })}\n`,
    );
    expect(accepted).toHaveLength(EVENTS);
    expect(accepted.filter((event) => !handled.has(event))).toEqual([]);
    expect(Object.keys(counts).filter((status) => !['200', '202', 'none'].includes(status))).toEqual([]);
    expect(repeated.filter((run) => !wasUnderWay(run))).toEqual([]);
  }, 600_000);
});
