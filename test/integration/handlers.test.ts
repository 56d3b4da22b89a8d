import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OnPlaneEvent, type PlaneEvent } from 'hangar';
import { DataSource } from 'typeorm';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { type DeadLetter, DeadLettersService } from '../../src/queue/dead-letters.service.js';
import { QueueService } from '../../src/queue/queue.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { type DeliveryFilter } from '../../src/webhooks/deliveries/delivery-filter.js';
import { DeliveryReplayService } from '../../src/webhooks/deliveries/delivery-replay.service.js';
import { OutcomesService } from '../../src/webhooks/deliveries/outcomes.service.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { HandlerStatsService } from '../../src/webhooks/pauses/handler-stats.service.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { recorded } from '../fixtures/recorded.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

/** More events than a workspace may send at once before the priority of its events falls. */
const STORM = 160;

const plain: PlaneEvent[] = [];
const merged: PlaneEvent[] = [];
const ranked: unknown[] = [];
let release: Promise<void> | undefined;
let failMerged = false;

@Injectable()
class Handlers {
  @OnPlaneEvent('workitem.updated')
  plain(event: PlaneEvent<'workitem.updated'>): void {
    plain.push(event);
  }

  @OnPlaneEvent('workitem.updated', { coalesce: { withinSeconds: 600 }, retryLimit: 0 })
  merged(event: PlaneEvent<'workitem.updated'>): void {
    merged.push(event);
    if (failMerged) throw new Error('not today');
  }

  @OnPlaneEvent('cycle.updated', { concurrency: 1, priority: ({ data }) => Number(data['rank'] ?? 0) })
  async ranked(event: PlaneEvent<'cycle.updated'>): Promise<void> {
    await release;
    ranked.push(event.data['label']);
  }
}

@Module({ providers: [Handlers] })
class HandlersModule {}

describe('handlers', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;
  let workspaceId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const modules = [PlaneModule, TokensModule, WebhooksModule, DispatchModule, HandlersModule];
    context = await serviceContext(database, simulator, modules);
    ({ workspaceId } = await botInstall(context, new SimulatorControl(simulator.url)));
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  beforeEach(() => {
    for (const list of [plain, merged, ranked]) list.length = 0;
    failMerged = false;
  });

  async function store(payload: object): Promise<string> {
    const body = Buffer.from(JSON.stringify({ workspace_id: workspaceId, ...payload }));
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    const delivery = { event, body, headers: {}, secretFingerprint: 'abcdef01' };
    return (await context.get(DeliveriesService).store(delivery)).id;
  }

  /** Plane's two webhooks of one change of a work item's state, and others of the same entity. */
  function update(field: string, id: string, updatedAt: string, activity: object = {}): object {
    const given = recorded(field === 'state_id' ? 'v1-issue-updated-state_id' : 'v1-issue-updated-state');
    const data = { ...(given['data'] as object), id, updated_at: updatedAt };
    const changed = { ...(given['activity'] as object), field, ...activity };
    return { ...given, workspace_id: workspaceId, data, activity: changed };
  }

  /** Makes the events due that wait for others to coalesce. */
  const dueNow = (): Promise<unknown> =>
    database.query(`UPDATE pgboss.job SET start_after = now() WHERE state < 'active'`);
  const outcomeOf = async (delivery: string, handler: string) =>
    (await context.get(OutcomesService).of(delivery)).find((each) => each.handler === handler);
  const mergedOf = (work: string): PlaneEvent[] => merged.filter(({ entityId }) => entityId === work);
  const CHANGES = {
    state: { old: 'Todo', new: 'In Progress' },
    state_id: { old: '067b88e5-304b-4221-ba09-94340dcc36e5', new: 'aa7b88e5-304b-4221-ba09-94340dcc36e5' },
  };

  it('run once for a change that Plane announces as state and as state_id', async () => {
    const [work, other] = [randomUUID(), randomUUID()];
    const first = await store(update('state', work, '1'));
    const [second, third] = await Promise.all([
      store(update('state_id', work, '1')),
      store(update('state', other, '1')),
    ]);
    const fourth = await store(update('state', work, '2'));
    await until('the runs', () => plain.length === 3);
    expect(plain.map(({ entityId }) => entityId).toSorted()).toEqual([work, work, other].toSorted());
    expect(plain[0]?.changes).toEqual(CHANGES);
    for (const id of [third, fourth])
      await until('the outcome', async () => (await outcomeOf(id, 'Handlers.plain'))?.state === 'handled');
    expect(await outcomeOf(second, 'Handlers.plain')).toMatchObject({ state: 'folded', foldedInto: first });
    expect(await outcomeOf(third, 'Handlers.plain')).toMatchObject({ state: 'handled', foldedInto: null });
  });

  it('receive updates within the coalescing window as one event', async () => {
    const work = randomUUID();
    const ids = [
      await store(update('state', work, '1')),
      await store(update('state_id', work, '1')),
      await store(update('priority', work, '2', { old_value: 'low', new_value: 'high' })),
      await store(update('priority', work, '3', { old_value: 'high', new_value: 'none' })),
    ];
    await dueNow();
    const [event] = await until('the event', () => mergedOf(work).length > 0 && mergedOf(work));
    expect(event?.changes).toEqual({ ...CHANGES, priority: { old: 'low', new: 'none' } });
    expect(event?.data['updated_at']).toBe('3');
    await until('the outcome', async () => (await outcomeOf(ids[3] ?? '', 'Handlers.merged')) !== undefined);
    expect(await outcomeOf(ids[0] ?? '', 'Handlers.merged')).toMatchObject({ state: 'handled' });
    for (const id of ids.slice(1))
      expect(await outcomeOf(id, 'Handlers.merged')).toMatchObject({ state: 'folded', foldedInto: ids[0] });
    await until('all runs to end', async () => {
      const left = `SELECT FROM pgboss.job WHERE name = 'Handlers.merged' AND state < 'completed'`;
      return (await database.query(left)).length === 0;
    });
    expect(mergedOf(work)).toHaveLength(1);
    expect(await database.query('SELECT FROM queue_lines')).toEqual([]);
  });

  it('are chosen by their class in filters and replays', async () => {
    const id = await store(update('state', randomUUID(), '1'));
    await dueNow();
    for (const handler of ['Handlers.plain', 'Handlers.merged'])
      await until('the outcome', async () => (await outcomeOf(id, handler))?.state === 'handled');
    const ids = async (filter: DeliveryFilter): Promise<string[]> =>
      (await context.get(DeliveriesService).page(filter, { limit: 1 })).deliveries.map((each) => each.id);
    expect(await ids({ handler: 'Handlers' })).toEqual([id]);
    expect(await ids({ handler: 'Handlers', state: 'handled' })).toEqual([id]);
    for (const none of [{ handler: 'Handler' }, { handler: 'Handlers', state: 'waiting' }] as const)
      expect(await ids(none)).toEqual([]);
    const replays = context.get(DeliveryReplayService);
    expect(await replays.replay({ id }, 'Handlers', true)).toEqual({ deliveries: 1, jobs: 2 });
    expect(await replays.replay({ id }, 'Handlers.plain', true)).toEqual({ deliveries: 1, jobs: 1 });
    await expect(replays.replay({ id }, 'Handler', true)).rejects.toMatchObject({ code: 'handler_unknown' });
  });

  it('receive the whole coalesced event again when its dead letter is redriven', async () => {
    failMerged = true;
    const work = randomUUID();
    await store(update('state', work, '1'));
    await store(update('priority', work, '2', { old_value: 'low', new_value: 'high' }));
    await dueNow();
    const letters = context.get(DeadLettersService);
    const found = await until('the dead letter', async () => {
      const { letters: all } = await letters.page({ handler: 'Handlers.merged' }, { limit: 10 });
      return all.length > 0 && all;
    });
    const [{ id, data }] = found as [DeadLetter];
    const deliveryId = String(data['deliveryId']);
    for (const filter of [{ ids: [id, 'nonsense'] }, { deliveryId }, { handler: 'Handlers' }])
      expect((await letters.page(filter, { limit: 10 })).letters.map((each) => each.id)).toContain(id);
    for (const filter of [{ handler: 'Handler' }, { ids: ['nonsense'] }, { deliveryId: id.replaceAll(/\w/g, '0') }])
      expect(await letters.page(filter, { limit: 10 })).toEqual({ letters: [] });
    failMerged = false;
    expect(await letters.redrive(found)).toBe(1);
    await until('the second run', () => mergedOf(work).length === 2);
    expect(Object.keys(mergedOf(work)[1]?.changes ?? {}).toSorted()).toEqual(['priority', 'state', 'state_id']);
    expect(await letters.page({ handler: 'Handlers.merged' }, { limit: 10 })).toEqual({ letters: [] });
  });

  it('run events with priority first, and those of a busy workspace after those of others', async () => {
    const calm = await installElsewhere();
    const opened = Promise.withResolvers<void>();
    release = opened.promise;
    const cycle = (label: string, rank: number, workspace = workspaceId): Promise<string> =>
      store({
        version: 'v2',
        event: 'cycle.updated',
        event_id: randomUUID(),
        workspace_id: workspace,
        data: { label, rank },
      });
    await Promise.all(Array.from({ length: STORM }, (_, index) => cycle(`storm ${index}`, 0)));
    await cycle('calm', 0, calm);
    await cycle('urgent', 1);
    opened.resolve();
    await until('all runs', () => ranked.length === STORM + 2);
    const [urgent, calmly] = [ranked.indexOf('urgent'), ranked.indexOf('calm')];
    expect(urgent).toBeLessThanOrEqual(1);
    expect(calmly).toBeLessThan(110);
  });

  it('removed by a release are listed while they have jobs', async () => {
    const queue = context.get(QueueService);
    const keep = {
      retryLimit: 0,
      retryDelaySeconds: 1,
      backoff: false,
      timeoutSeconds: 600,
      keepSeconds: 600,
    };
    await queue.declare('Former.run', keep);
    await context
      .get(DataSource)
      .transaction((transaction) => queue.enqueue(transaction, 'Former.run', [{ data: {} }]));
    const orphaned = await context.get(HandlerStatsService).orphaned();
    expect(orphaned).toMatchObject([{ handler: 'Former.run', waiting: 1, pattern: undefined }]);
    expect((await context.get(HandlerStatsService).all()).map(({ handler }) => handler)).toEqual([
      'Former.run',
      'Handlers.merged',
      'Handlers.plain',
      'Handlers.ranked',
    ]);
  });

  /** In a second workspace. */
  async function installElsewhere(): Promise<string> {
    const id = randomUUID();
    await database.query(
      `INSERT INTO installations (id, base_url, installation_id, status, workspace_id, workspace_slug,
                                  workspace_name, bot_user_id, application_id)
       SELECT $1::uuid, base_url, $1::text, status, $1::text, 'calm', 'Calm', bot_user_id, application_id
       FROM installations LIMIT 1`,
      [id],
    );
    return id;
  }
});
