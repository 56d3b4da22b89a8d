import { setTimeout as wait } from 'node:timers/promises';
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
import { Replicas } from '../support/replicas.js';
import { WebhookLoad } from '../support/webhook-load.js';

const PER_SECOND = FULL_SIZE ? 300 : 150;
const ROUNDS = FULL_SIZE ? 3 : 1;
/** Far more than come while the restarts last. */
const MOST = PER_SECOND * 600;
const REPEAT_EVERY = 10;
/** As the chart's `preStop`: load balancers hear that a pod goes before it gets its SIGTERM. */
const PRE_STOP_MS = FULL_SIZE ? 1000 : 300;
/** Longer than the load balancer takes to see that a server is ready. */
const SEEN_MS = 700;

const ENVIRONMENTS: readonly Environment[] = [
  { HANGAR_ROLES: 'receiver' },
  { HANGAR_ROLES: 'receiver', HANGAR_DRAIN_DELAY_SECONDS: '2' },
  { HANGAR_ROLES: 'worker' },
  { HANGAR_ROLES: 'worker' },
];

describe(`two receivers and two workers, restarted one by one while ${PER_SECOND} webhooks a second come`, () => {
  let database: TestDatabase;
  let replicas: Replicas;
  let balancer: LoadBalancer;
  let load: WebhookLoad;
  const codes: (number | string)[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    replicas = await Replicas.start('rolling-server.mjs', database, database.url, ENVIRONMENTS);
    balancer = await LoadBalancer.start(replicas.urls.slice(0, 2));
    balancer.probe();
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

  /** The first receiver goes as a pod does on Kubernetes; the second says by its readiness alone that it goes. */
  async function restartReceiver(index: number): Promise<void> {
    const { url } = replicas.at(index);
    if (index === 0) {
      balancer.takeOut(url);
      await wait(PRE_STOP_MS);
    }
    await restart(index);
    balancer.putBack(url);
    await wait(SEEN_MS);
  }

  async function restartAll(): Promise<void> {
    if (FULL_SIZE)
      for (const index of [0, 1, 2, 3]) await (index < 2 ? restartReceiver(index) : restart(index));
    else for (const index of [0, 1]) await Promise.all([restartReceiver(index), restart(index + 2)]);
  }

  /** By the migrator that `hangar migrate` runs, while all processes are of the release before. */
  async function migrate(): Promise<void> {
    const options = dataSourceOptions(new Secret(database.url));
    const dataSource = new DataSource({ ...options, migrations: [...MIGRATIONS, NextRelease1999000000000] });
    await dataSource.initialize();
    expect(await runMigrations(dataSource)).toEqual([NextRelease1999000000000.name]);
    await dataSource.destroy();
    for (const { url } of replicas.all) expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  }

  async function trouble(): Promise<void> {
    await wait(500);
    for (let round = 0; round < ROUNDS; round += 1) {
      if (round === Math.floor(ROUNDS / 2)) await migrate();
      await restartAll();
    }
    load.end();
  }

  it('no request fails, no event is lost, none is handled twice, and each process ends with 0', async () => {
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
