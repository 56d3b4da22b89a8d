import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { Secret } from '../../src/common/secret.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { runMigrations } from '../../src/database/migrator.js';
import { NextRelease1999000000000 } from '../fixtures/next-release.migration.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { deadLetters, drainedQueue } from '../support/drained-queue.js';
import { FULL_SIZE } from '../support/full-size.js';
import { type Environment } from '../support/hangar-with-simulator.js';
import { LoadBalancer } from '../support/load-balancer.js';
import { handledEvents, repeatedRuns } from '../support/recorded-runs.js';
import { patientSeconds } from '../support/patient-seconds.js';
import { areReady } from '../support/readiness.js';
import { Replicas } from '../support/replicas.js';
import { until } from '../support/until.js';
import { WebhookLoad } from '../support/webhook-load.js';

const PER_SECOND = FULL_SIZE ? 300 : 30;
const ROUNDS = FULL_SIZE ? 3 : 1;
/** Far more than come while the restarts last. */
const MOST = 1_000_000;
const REPEAT_EVERY = 10;
/** Sent before the first restart, and handed to a server before the next one is restarted. */
const SOME = 10;

/** The first goes as a pod does on Kubernetes; the second says by its readiness alone that it goes. */
const FIRST: Environment = { HANGAR_DRAIN_SECONDS: patientSeconds(120) };
const SECOND: Environment = { ...FIRST, HANGAR_DRAIN_DELAY_SECONDS: patientSeconds(5) };
const [RECEIVER, WORKER] = [{ HANGAR_ROLES: 'receiver' }, { ...FIRST, HANGAR_ROLES: 'worker' }];
const BOTH: Environment = { HANGAR_ROLES: 'receiver,worker,scheduler' };
const ENVIRONMENTS: readonly Environment[] = FULL_SIZE
  ? [{ ...FIRST, ...RECEIVER }, { ...SECOND, ...RECEIVER }, WORKER, WORKER]
  : [
      { ...FIRST, ...BOTH },
      { ...SECOND, ...BOTH },
    ];
const TITLE = FULL_SIZE ? 'two receivers and two workers' : 'two servers';

describe(`${TITLE}, restarted one by one while webhooks arrive`, () => {
  let database: TestDatabase;
  let replicas: Replicas;
  let balancer: LoadBalancer;
  let load: WebhookLoad;
  const codes: (number | string)[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    replicas = await Replicas.start('rolling-server.mjs', database, database.url, ENVIRONMENTS);
    balancer = await LoadBalancer.start(replicas.urls.slice(0, 2));
    load = new WebhookLoad({
      urls: [balancer.url],
      count: MOST,
      perSecond: PER_SECOND,
      repeatEvery: REPEAT_EVERY,
    });
  });

  afterAll(async () => {
    load.stop();
    await balancer.stop();
    await replicas.stop();
    await database.drop();
  });

  const restart = async (index: number): Promise<void> => {
    codes.push(await replicas.at(index).restart());
  };

  /** As the chart's `preStop`, the load balancer knows that the first one goes before it gets its SIGTERM. */
  async function restartReceiver(index: number): Promise<void> {
    const { url } = replicas.at(index);
    if (index === 0) {
      balancer.takeOut(url);
      await until('its requests to be answered', () => balancer.isIdle(url));
    }
    await restart(index);
    balancer.putBack(url);
    const before = balancer.handed(url);
    await until('it to be handed requests again', () => balancer.handed(url) >= before + SOME);
  }

  async function restartAll(): Promise<void> {
    for (const index of replicas.all.keys()) await (index < 2 ? restartReceiver(index) : restart(index));
  }

  /** By the migrator that `hangar migrate` runs, while all processes are of the release before. */
  async function migrate(): Promise<void> {
    const options = dataSourceOptions(new Secret(database.url));
    const dataSource = new DataSource({ ...options, migrations: [...MIGRATIONS, NextRelease1999000000000] });
    await dataSource.initialize();
    expect(await runMigrations(dataSource)).toEqual([NextRelease1999000000000.name]);
    await dataSource.destroy();
    await until('all to be ready', async () => areReady(replicas.urls));
  }

  async function trouble(): Promise<void> {
    await until('the load to begin', () => load.sent >= SOME);
    for (let round = 0; round < ROUNDS; round += 1) {
      if (round === Math.floor(ROUNDS / 2)) await migrate();
      await restartAll();
    }
    load.end();
  }

  it('fail no request, lose no event, handle none twice, and each exit with 0', async () => {
    const [sent] = await Promise.all([load.run(), trouble().finally(() => load.end())]);
    await drainedQueue(database);
    const runs = replicas.runs();
    const attempts = sent.flatMap((event) => event.attempts);
    const statuses = Object.groupBy(attempts, ({ status = 'none' }) => String(status));
    const answers = Object.fromEntries(Object.entries(statuses).map(([status, of]) => [status, of?.length]));
    const slowestMs = Math.max(...attempts.map(({ ms }) => ms));
    process.stdout.write(`${JSON.stringify({ answers, slowestMs, runs: runs.length, codes })}\n`);

    expect(answers).toEqual({ 202: sent.length, 200: Math.ceil(sent.length / REPEAT_EVERY) });
    const handled = handledEvents(runs);
    expect(sent.filter(({ eventId }) => !handled.has(eventId))).toEqual([]);
    expect([runs.length, repeatedRuns(runs), await deadLetters(database)]).toEqual([sent.length, [], 0]);
    expect(codes).toEqual(Array.from({ length: ROUNDS * ENVIRONMENTS.length }, () => 0));
  });
});
