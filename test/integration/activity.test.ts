import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ActivityService } from '../../src/activity/activity.service.js';
import { Secret } from '../../src/common/secret.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { RetentionModule } from '../../src/roles/retention.module.js';
import { RetentionService } from '../../src/roles/retention.service.js';
import { WebhookReceiverService } from '../../src/webhooks/receiver/webhook-receiver.service.js';
import { ReceiverModule } from '../../src/webhooks/receiver/receiver.module.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FIXTURE_SECRET, pingWebhook, sign } from '../support/hangar-with-simulator.js';
import { serviceContext } from '../support/service-context.js';

const MINUTE_MS = 60_000;

describe('activity per minute', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let replicas: INestApplicationContext[];

  const replica = (index: number): INestApplicationContext => replicas[index] as INestApplicationContext;
  const counting = (index: number): ActivityService => replica(index).get(ActivityService);
  const log = (): ActivityService => replica(0).get(ActivityService);
  const startReplica = (): Promise<INestApplicationContext> => {
    const secrets = { planeWebhookSecrets: [new Secret(FIXTURE_SECRET)] };
    return serviceContext(database, simulator, [ReceiverModule, RetentionModule], undefined, secrets);
  };
  const rows = (): Promise<object[]> =>
    database.query(
      `SELECT series, handler, sum(count)::int AS count, sum(sum_ms) AS sum, max(max_ms) AS max
       FROM activity_minutes GROUP BY series, handler ORDER BY series, handler`,
    );

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    replicas = [await startReplica(), await startReplica()];
  });

  afterAll(async () => {
    for (const each of replicas) await each.close();
    await simulator.close();
    await database.drop();
  });

  beforeEach(() => database.query('DELETE FROM activity_minutes'));

  it('sums the counts of two processes, also with concurrent writes', async () => {
    for (const ms of [10, 30]) counting(0).ran('A.run', 'run_handled', ms);
    counting(1).ran('A.run', 'run_handled', 50);
    counting(1).ran('B.run', 'run_dead_lettered', 1);
    counting(1).waited(7);
    await Promise.all([counting(0).write(), counting(1).write()]);
    counting(0).waited(9);
    await counting(0).write();
    expect(await rows()).toEqual([
      { series: 'lag', handler: '', count: 2, sum: 16, max: 9 },
      { series: 'run_dead_lettered', handler: 'B.run', count: 1, sum: 1, max: 1 },
      { series: 'run_handled', handler: 'A.run', count: 3, sum: 90, max: 50 },
    ]);
  });

  it('counts webhooks by outcome', async () => {
    const body = Buffer.from(pingWebhook('v2'));
    const signed = { 'x-plane-signature': sign(body, FIXTURE_SECRET) };
    const [first, second] = replicas.map((each) => each.get(WebhookReceiverService));
    expect(await first?.receive(body, signed)).toMatchObject({ answer: { status: 'accepted' } });
    expect(await second?.receive(body, signed)).toMatchObject({ answer: { status: 'duplicate' } });
    await expect(first?.receive(body, {})).rejects.toMatchObject({ code: 'signature_invalid' });
    await Promise.all([counting(0).write(), counting(1).write()]);
    expect(await rows()).toMatchObject([
      { series: 'webhook_accepted', count: 1 },
      { series: 'webhook_duplicate', count: 1 },
      { series: 'webhook_refused', count: 1 },
      { series: 'webhook_unverified', count: 1 },
    ]);
  });

  it('buffers counts while writes fail, and writes them before the process exits', async () => {
    counting(1).received('webhook_accepted');
    await database.query('ALTER TABLE activity_minutes RENAME TO away');
    await expect(counting(1).write()).rejects.toThrow();
    await database.query('ALTER TABLE away RENAME TO activity_minutes');
    counting(1).received('webhook_accepted');
    await replica(1).close();
    replicas[1] = await startReplica();
    expect(await rows()).toMatchObject([{ series: 'webhook_accepted', count: 2 }]);
  });

  it('includes every minute, also empty ones, and rates by handler', async () => {
    const now = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    await database.query(
      `INSERT INTO activity_minutes SELECT to_timestamp($1::float8 / 1000) - make_interval(mins => ago), series, handler, count, sum, max
       FROM (VALUES (3, 'webhook_accepted', '', 6, 0, 0), (3, 'webhook_duplicate', '', 2, 0, 0),
                    (3, 'webhook_refused', '', 1, 0, 0), (3, 'lag', '', 4, 100, 70),
                    (2, 'run_handled', 'A.run', 30, 600, 90), (2, 'run_failed', 'A.run', 10, 200, 40),
                    (2, 'run_dead_lettered', 'B.run', 10, 0, 0), (2, 'run_handled', 'B.run', 0, 0, 0),
                    (90, 'run_handled', 'A.run', 1000, 1, 1)) AS given (ago, series, handler, count, sum, max)`,
      [now],
    );
    const minutes = await log().minutes(new Date(now - 4 * MINUTE_MS + 1000));
    const none = {
      received: 0,
      duplicates: 0,
      refused: 0,
      handled: 0,
      failed: 0,
      deadLettered: 0,
      meanLagMs: null,
      maxLagMs: null,
    };
    const at = (ago: number): { minute: Date } => ({ minute: new Date(now - ago * MINUTE_MS) });
    expect(minutes.slice(0, 4)).toEqual([
      { ...at(4), ...none },
      { ...at(3), ...none, received: 6, duplicates: 2, refused: 1, meanLagMs: 25, maxLagMs: 70 },
      { ...at(2), ...none, handled: 30, failed: 10, deadLettered: 10 },
      { ...at(1), ...none },
    ]);
    const [first, second] = await log().ratesByHandler(10);
    expect(first).toMatchObject({ handler: 'A.run', meanMs: 20 });
    expect(first?.handledPerMinute).toBeCloseTo(2.86, 0);
    expect(second).toMatchObject({ handler: 'B.run', handledPerMinute: 0, meanMs: 0 });
    expect(second?.failedPerMinute).toBeCloseTo(0.95, 0);
  });

  it('keeps two days of history', async () => {
    await database.query(
      `INSERT INTO activity_minutes
       SELECT date_trunc('minute', now()) - make_interval(hours => ago), 'webhook_accepted', '', 1, 0, 0
       FROM unnest(ARRAY[1, 47, 49, 90]) AS ago`,
    );
    expect((await log().minutes(new Date(0))).length).toBe(2 * 24 * 60 + 1);
    await Promise.all(replicas.map((each) => each.get(RetentionService).run()));
    expect(await rows()).toMatchObject([{ count: 2 }]);
  });
});
