import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { drainedQueue } from '../support/drained-queue.js';
import { FULL_SIZE } from '../support/full-size.js';
import { type Outage, OwnPostgres } from '../support/own-postgres.js';
import { handledEvents, repeatedRuns, type Run } from '../support/recorded-runs.js';
import { Replicas } from '../support/replicas.js';
import { ResettingProxy } from '../support/resetting-proxy.js';
import { until } from '../support/until.js';
import { acceptedEvents, answersOf, type SentEvent, WebhookLoad } from '../support/webhook-load.js';

const EVENTS = FULL_SIZE ? 20_000 : 2000;
const PER_SECOND = FULL_SIZE ? 1000 : 400;
const OUTAGES = FULL_SIZE ? 5 : 2;
const OUTAGE_MS = FULL_SIZE ? 4000 : 2000;
/** The default of `WEBHOOK_HOLD_SECONDS`. */
const HOLD_MS = 20_000;
/** Plane takes no answer for a failure after that. */
const PATIENCE_MS = 30_000;
/** How long before an outage a run may have ended whose end had not been written down yet. */
const COMMIT_MS = 1000;

describe(`${EVENTS} webhooks at ${PER_SECOND} a second to two servers whose PostgreSQL`, () => {
  let postgres: OwnPostgres;
  let replicas: Replicas;
  let load: WebhookLoad;
  const cleanups: (() => unknown)[] = [];

  beforeEach(async () => {
    postgres = await OwnPostgres.start();
    cleanups.unshift(() => postgres.remove());
  }, 60_000);

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  }, 60_000);

  async function begin(databaseUrl: string): Promise<void> {
    replicas = await Replicas.start('recording-server.mjs', postgres, databaseUrl);
    cleanups.unshift(() => replicas.stop());
    load = new WebhookLoad({ urls: replicas.urls, count: EVENTS, perSecond: PER_SECOND });
    cleanups.unshift(() => load.stop());
  }

  async function outages(): Promise<Outage[]> {
    const seen: Outage[] = [];
    for (let count = 1; count <= OUTAGES; count += 1) {
      await until('the next outage', () => load.progress >= count / (OUTAGES + 1), 300_000);
      seen.push(await postgres.outage(count % 2 === 0 ? 'fast' : 'immediate', OUTAGE_MS));
    }
    return seen;
  }

  /** Waits for the handlers, and looks at what all tests ask for. Resolves with the runs that were repeated. */
  async function nothingLost(sent: readonly SentEvent[], more: object): Promise<Run[]> {
    await drainedQueue(postgres);
    const runs = replicas.runs();
    const [accepted, handled, repeated] = [acceptedEvents(sent), handledEvents(runs), repeatedRuns(runs)];
    const { counts, slowestMs } = answersOf(sent);
    process.stdout.write(
      `${JSON.stringify({ counts, slowestMs, handled: handled.size, repeated: repeated.length, ...more })}\n`,
    );
    expect(accepted.filter((event) => !handled.has(event))).toEqual([]);
    expect(Object.keys(counts).filter((status) => !['200', '202', '503'].includes(status))).toEqual([]);
    expect(slowestMs).toBeLessThan(PATIENCE_MS);
    const unavailable = sent.flatMap(({ attempts }) => attempts).filter(({ status }) => status === 503);
    expect(unavailable.filter(({ ms }) => ms < HOLD_MS)).toEqual([]);
    return repeated;
  }

  it(`is stopped and started ${OUTAGES} times: none is refused or lost, and none is run twice but what was under way`, async () => {
    await begin(postgres.url);
    const [sent, away] = await Promise.all([load.run(), outages()]);
    const repeated = await nothingLost(sent, { outages: away.map(({ from, to }) => to - from) });
    const wasUnderWay = ({ startedAt, endedAt = Infinity }: Run): boolean =>
      away.some(({ from, to }) => startedAt <= to && endedAt > from - COMMIT_MS);
    expect(repeated.filter((run) => !wasUnderWay(run))).toEqual([]);
  }, 600_000);

  it('loses its connections at random: none is refused or lost', async () => {
    const proxy = await ResettingProxy.start(postgres.port);
    cleanups.unshift(() => proxy.stop());
    await begin(Object.assign(new URL(postgres.url), { port: proxy.port }).href);
    let isOver = false;
    const resets = proxy.resetUntil(() => isOver);
    const sent = await load.run().finally(() => (isOver = true));
    await resets;
    await nothingLost(sent, { resets: proxy.count });
    expect(proxy.count).toBeGreaterThan(0);
  }, 600_000);
});
