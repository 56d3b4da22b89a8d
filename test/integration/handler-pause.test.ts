import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OnPlaneEvent, type PlaneContext, type PlaneEvent } from 'hangar';
import { type Actor } from '../../src/audit/actor.js';
import { ActivityService } from '../../src/activity/activity.service.js';
import { OperationsModule } from '../../src/operations/operations.module.js';
import { HandlerOperations } from '../../src/operations/handler.operations.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { HandlerPauseWatcher } from '../../src/webhooks/dispatch/handler-pause.watcher.js';
import { type HandlerStats, HandlerStatsService } from '../../src/webhooks/pauses/handler-stats.service.js';
import { HandlerPausesService } from '../../src/webhooks/pauses/handler-pauses.service.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { recorded } from '../fixtures/recorded.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

const ALICE: Actor = { kind: 'person', id: 'subject-1', name: 'Alice' };
const BOB: Actor = { kind: 'command', id: 'bob', from: 'host' };

const started: unknown[] = [];
const ended: unknown[] = [];
const beside: unknown[] = [];
const attempts = new Set<number>();
let release: PromiseWithResolvers<void> | undefined;

@Injectable()
class Handlers {
  @OnPlaneEvent('workitem.updated', { order: 'entity', retryLimit: 0 })
  async ordered({ data }: PlaneEvent<'workitem.updated'>, { delivery }: PlaneContext): Promise<void> {
    started.push(data['number']);
    attempts.add(delivery.attempt);
    await release?.promise;
    ended.push(data['number']);
  }

  @OnPlaneEvent('workitem.updated')
  beside({ data }: PlaneEvent<'workitem.updated'>): void {
    beside.push(data['number']);
  }
}

@Module({ providers: [Handlers] })
class HandlersModule {}

describe('a paused handler', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let replicas: INestApplicationContext[];
  let workspaceId: string;

  const replica = (index: number): INestApplicationContext => replicas[index] as INestApplicationContext;
  const startReplica = (): Promise<INestApplicationContext> =>
    serviceContext(database, simulator, [PlaneModule, DispatchModule, OperationsModule, HandlersModule]);
  const operations = (index: number): HandlerOperations => replica(index).get(HandlerOperations);

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    replicas = [await startReplica(), await startReplica()];
    ({ workspaceId } = await botInstall(replica(0), new SimulatorControl(simulator.url)));
  });

  afterAll(async () => {
    release?.resolve();
    for (const each of replicas) await each.close();
    await simulator.close();
    await database.drop();
  });

  beforeEach(() => {
    for (const list of [started, ended, beside]) list.length = 0;
    release = undefined;
  });

  /** Twice: a poll in progress may have read too early. */
  async function pollAll(): Promise<void> {
    for (const _ of [1, 2]) await Promise.all(replicas.map((each) => each.get(HandlerPauseWatcher).poll()));
  }

  /** Received by one replica, which wakes its own workers at once and those of the other by a notification. */
  async function deliver(index: number, entity: string, numbers: readonly number[]): Promise<void> {
    for (const number of numbers) {
      const given = recorded('v2-workitem-updated');
      const data = { ...(given['data'] as object), id: entity, number };
      const ids = { event_id: randomUUID(), delivery_id: randomUUID(), entity_id: entity };
      const body = Buffer.from(JSON.stringify({ ...given, ...ids, workspace_id: workspaceId, data }));
      const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
      const delivery = { event, body, headers: {}, secretFingerprint: 'abcdef01' };
      await replica(index).get(DeliveriesService).store(delivery);
    }
  }

  const statsOf = async (handler: string): Promise<HandlerStats | undefined> =>
    (await replica(1).get(HandlerStatsService).all()).find((stats) => stats.handler === handler);

  it('finishes running jobs and fetches none in any process; after resume, waiting events run in order', async () => {
    release = Promise.withResolvers<void>();
    const work = randomUUID();
    await deliver(0, work, [0]);
    await until('the first run', () => started.length === 1);
    await operations(0).pause(ALICE, 'Handlers.ordered', ' its label is gone ');
    await pollAll();
    await deliver(0, work, [1, 2]);
    await deliver(1, work, [3, 4]);
    await until('the other handler', () => beside.length === 5);
    expect(ended).toEqual([]);
    release.resolve();
    await until('the run result to be recorded', async () => (await statsOf('Handlers.ordered'))?.active === 0);
    expect([started, ended]).toEqual([[0], [0]]);

    expect(await statsOf('Handlers.ordered')).toMatchObject({
      waiting: 1,
      blocked: 3,
      pause: { pausedAt: expect.any(Date), pausedBy: 'Alice', reason: 'its label is gone' },
    });
    expect(await statsOf('Handlers.beside')).toMatchObject({ waiting: 0, pause: null });

    await replica(1).close();
    replicas[1] = await startReplica();
    await deliver(1, work, [5]);
    await until('the other handler', () => beside.length === 6);
    expect(started).toEqual([0]);

    await database.query(`UPDATE deliveries SET received_at = received_at - interval '1 minute'`);
    expect(await operations(1).resume(BOB, 'Handlers.ordered')).toBe(true);
    await until('all to be handled', () => ended.length === 6);
    expect(ended).toEqual([0, 1, 2, 3, 4, 5]);
    expect([...attempts]).toEqual([1]);
  });

  it('stays paused while the pause table cannot be read', async () => {
    await operations(0).pause(ALICE, 'Handlers.beside');
    await pollAll();
    await database.query('ALTER TABLE handler_pauses RENAME TO away');
    await pollAll();
    await deliver(0, randomUUID(), [1]);
    await until('the other handler', () => ended.length === 1);
    expect(beside).toEqual([]);
    await database.query('ALTER TABLE away RENAME TO handler_pauses');
    await operations(0).resume(ALICE, 'Handlers.beside');
    await until('it to be handled', () => beside.length === 1);
  });

  it('can be paused and resumed twice; a second pause does not replace the first', async () => {
    const first = await operations(0).pause(ALICE, 'Handlers.beside', 'nul \0 and half \ud800');
    expect(first).toMatchObject({ already: false, reason: 'nul  and half \ufffd' });
    const second = await operations(1).pause(BOB, 'Handlers.beside', 'another');
    expect(second).toEqual({ ...first, already: true });
    const pauses = replica(1).get(HandlerPausesService);
    expect(await pauses.all()).toEqual([
      { handler: 'Handlers.beside', pausedAt: first.pausedAt, pausedBy: 'Alice', reason: first.reason },
    ]);
    expect(await operations(1).resume(BOB, 'Handlers.beside')).toBe(true);
    expect(await operations(0).resume(ALICE, 'Handlers.beside')).toBe(false);
    expect(await pauses.all()).toEqual([]);
  });

  it('must exist, unless it is a handler of an earlier release that is resumed', async () => {
    const unknown = { code: 'handler_unknown', detail: expect.stringContaining('Handlers.ordered') };
    await expect(operations(0).pause(ALICE, 'Handlers.orderd')).rejects.toMatchObject(unknown);
    await expect(operations(0).resume(ALICE, 'Handlers.orderd')).rejects.toMatchObject(unknown);
    await database.query(`INSERT INTO handler_pauses VALUES ('Former.run', now(), 'Alice', NULL)`);
    expect(await operations(0).resume(ALICE, 'Former.run')).toBe(true);
  });

  it('reports its running jobs of all processes in the activity log', async () => {
    await Promise.all(replicas.map((each) => each.get(ActivityService).write()));
    type Minutes = Awaited<ReturnType<ActivityService['minutes']>>;
    const sum = (minutes: Minutes, numberOf: (minute: Minutes[number]) => number): number =>
      minutes.reduce((total, minute) => total + numberOf(minute), 0);
    const since = new Date(Date.now() - 3_600_000);
    // Seven events for either handler. A service that was about to write by itself is not waited for by write().
    const minutes = await until('all to be written', async () => {
      const written = await replica(0).get(ActivityService).minutes(since);
      return sum(written, ({ handled }) => handled) >= 14 && written;
    });
    expect([sum(minutes, ({ handled }) => handled), sum(minutes, ({ failed }) => failed)]).toEqual([14, 0]);
    // The longest lag is of those that are said to have come a minute earlier.
    expect(Math.max(...minutes.map(({ maxLagMs }) => maxLagMs ?? 0))).toBeGreaterThanOrEqual(60_000);
    const rates = await replica(1).get(ActivityService).ratesByHandler(60);
    expect(rates.map(({ handler }) => handler)).toEqual(['Handlers.beside', 'Handlers.ordered']);
    expect(rates[0]?.handledPerMinute).toBeGreaterThan(7 / 61 - 0.001);
    expect(rates[0]?.handledPerMinute).toBeLessThanOrEqual(7 / 60);
  });
});
