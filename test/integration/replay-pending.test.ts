import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OnPlaneEvent, RetryLater } from 'hangar';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { DeliveriesModule } from '../../src/webhooks/deliveries/deliveries.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { DeliveryReplayService } from '../../src/webhooks/deliveries/delivery-replay.service.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { HandlerRunObserver } from '../../src/webhooks/dispatch/handler-run.observer.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { pingWebhook } from '../support/hangar-with-simulator.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

let behaviour: () => void = () => undefined;
const attempts: number[] = [];

@Injectable()
class Replayed {
  @OnPlaneEvent('workitem.comment.created', { retryLimit: 2, retryDelaySeconds: 0, backoff: false })
  run(_event: unknown, { delivery }: { delivery: { attempt: number } }): void {
    attempts.push(delivery.attempt);
    behaviour();
  }
}

@Module({ providers: [Replayed] })
class ReplayedModule {}

describe('a replay', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const modules = [PlaneModule, TokensModule, WebhooksModule, DeliveriesModule, DispatchModule, ReplayedModule];
    context = await serviceContext(database, simulator, modules);
    await botInstall(context, new SimulatorControl(simulator.url));
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  beforeEach(async () => {
    attempts.length = 0;
    await database.query('DELETE FROM pgboss.job');
    await database.query('DELETE FROM parked_jobs');
  });

  async function deliver(): Promise<string> {
    const body = Buffer.from(pingWebhook('v2'));
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    const delivery = { event, body, headers: {}, secretFingerprint: randomUUID().slice(0, 8) };
    return (await context.get(DeliveriesService).store(delivery)).id;
  }

  const ran = (times: number): Promise<unknown> => until(`${times} runs`, () => attempts.length === times);

  it('makes a delayed event run once, at once', async () => {
    const waited = jest.spyOn(context.get(HandlerRunObserver, { strict: false }), 'waited').mockClear();
    let runs = 0;
    behaviour = () => {
      runs += 1;
      if (runs === 1) throw new RetryLater(600);
    };
    const id = await deliver();
    const queued = (): Promise<object[]> => database.query(`SELECT data ->> 'deliveryId' AS id FROM pgboss.job`);
    await until('the job to be delayed', async () => {
      const delayed = `SELECT FROM pgboss.job WHERE state < 'active' AND start_after > now() + interval '1 minute'`;
      return (await database.query(delayed)).length > 0;
    });
    const replays = context.get(DeliveryReplayService);
    expect(await replays.replay({ id }, undefined, true)).toEqual({ deliveries: 1, jobs: 1 });
    expect(await queued()).toEqual([{ id }]);
    expect(await replays.replay({ id })).toEqual({ deliveries: 1, jobs: 1 });
    await ran(2);
    await until('no job to be left', async () => (await queued()).length === 0);
    expect(attempts).toEqual([1, 1]);
    expect(waited).toHaveBeenCalledTimes(1);
    expect(await replays.replay({ id })).toEqual({ deliveries: 1, jobs: 1 });
    await ran(3);
    expect(waited).toHaveBeenCalledTimes(1); // The lag is that of the first run: not of a delay, not of a replay.
    waited.mockRestore();
  });

  it('makes a pending retry come at once, and adds no second run', async () => {
    behaviour = () => {
      throw new Error(attempts.length === 1 ? 'once' : 'again');
    };
    await database.query(`UPDATE pgboss.queue SET retry_delay = 600 WHERE name = 'Replayed.run'`);
    const id = await deliver();
    await ran(1);
    const retry = `SELECT FROM pgboss.job WHERE state = 'retry'`;
    await until('the retry to wait', async () => (await database.query(retry)).length === 1);
    behaviour = () => undefined;
    await context.get(DeliveryReplayService).replay({ id });
    await until('no job to be left', async () => (await database.query('SELECT FROM pgboss.job')).length === 0);
    expect(attempts).toEqual([1, 2]);
    await database.query(`UPDATE pgboss.queue SET retry_delay = 0 WHERE name = 'Replayed.run'`);
  });

  it('of a parked event leaves one parked job, not two', async () => {
    const id = await deliver();
    await ran(1);
    await until('no job to be left', async () => (await database.query('SELECT FROM pgboss.job')).length === 0);
    const park = `INSERT INTO parked_jobs (id, queue, data, awaits) VALUES ($1, 'Replayed.run', $2, 'install:x')`;
    await database.query(park, [randomUUID(), { deliveryId: id }]);
    await context.get(DeliveryReplayService).replay({ id });
    await ran(2);
    expect(await database.query('SELECT FROM parked_jobs')).toEqual([]);
  });
});
