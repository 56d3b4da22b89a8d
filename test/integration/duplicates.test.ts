import { randomUUID } from 'node:crypto';
import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { RetentionModule } from '../../src/roles/retention.module.js';
import { RetentionService } from '../../src/roles/retention.service.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { type StoredDelivery } from '../../src/webhooks/deliveries/delivery-writer.service.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { type PlaneEvent } from '../../src/webhooks/events/plane-event.js';
import { SearchIndexJob } from '../../src/webhooks/search/search-index.job.js';
import { SearchModule } from '../../src/webhooks/search/search.module.js';
import { recorded } from '../fixtures/recorded.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

const MINUTE_MS = 60_000;

describe('a webhook whose bytes arrived before', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [RetentionModule, SearchModule]);
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  const deliveries = (): DeliveriesService => context.get(DeliveriesService, { strict: false });
  const store = async (body: Buffer): Promise<StoredDelivery> => {
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date(Date.now()) });
    return deliveries().store({ event, body, headers: {}, secretFingerprint: 'abcdef01' });
  };
  const eventOf = async (id: string): Promise<PlaneEvent> => {
    const stored = await deliveries().require(id);
    return normaliseDelivery({ ...stored, payload: parsePayload(stored.body) });
  };
  const age = async (id: string, time: string): Promise<void> => {
    await database.query(`UPDATE deliveries SET received_at = received_at - $2::interval WHERE id = $1`, [id, time]);
  };
  const removeOld = async (): Promise<void> => context.get(RetentionService).run();

  const bytes = (payload: object): Buffer => Buffer.from(JSON.stringify({ ...payload, webhook_id: randomUUID() }));
  const offCycle = (): Buffer => {
    const activity = { field: 'cycles', old_value: 'Sprint 1', new_value: '' };
    return bytes({ ...recorded('v1-issue-updated-state'), action: 'deleted', activity });
  };
  const commentDeletion = (): Buffer =>
    bytes({ ...recorded('v1-issue_comment-created'), action: 'deleted', data: { id: null } });

  it.each([
    ['an item that is taken off a cycle', offCycle],
    ['a deleted comment without an id', commentDeletion],
    ['an updated work item', () => bytes(recorded('v1-issue-updated-state'))],
  ])('by v1 is a duplicate while Plane retries, and a new event with an id of its own later: %s', async (_, make) => {
    const body = make();
    const first = await store(body);
    await age(first.id, '119 minutes');
    expect([first.status, await store(body)]).toEqual(['accepted', { status: 'duplicate', id: first.id }]);
    await age(first.id, '1 minute');
    const answers = await Promise.all([store(body), store(body), store(body)]);
    const second = answers.find(({ status }) => status === 'accepted');
    expect(answers.map(({ id }) => id)).toEqual(Array.from({ length: 3 }, () => second?.id));
    expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(1);
    expect(await store(body)).toEqual({ status: 'duplicate', id: second?.id });
    const [one, other] = [await eventOf(first.id), await eventOf(second?.id ?? '')];
    expect([one.id, other.id]).toEqual([first.id, second?.id]);
  });

  it.each([
    ['v2', () => bytes({ ...recorded('v2-workitem-updated'), event_id: randomUUID() })],
    ['an agent', () => bytes({ ...recorded('agent_run-created'), agent_run: { id: randomUUID() } })],
    ['v1, if it can only happen once', () => bytes(recorded('v1-issue_comment-created'))],
  ])('is a duplicate for a year, although the delivery is deleted: %s', async (_, make) => {
    const body = make();
    const { id } = await store(body);
    await age(id, '15 days');
    expect(await store(body)).toEqual({ status: 'duplicate', id });
    await removeOld();
    await expect(deliveries().require(id)).rejects.toThrow('no delivery has the id');
    expect(await store(body)).toEqual({ status: 'duplicate', id });
    await database.query(`UPDATE delivery_keys SET received_at = now() - interval '364 days' WHERE delivery_id = $1`, [
      id,
    ]);
    await removeOld();
    expect(await store(body)).toEqual({ status: 'duplicate', id });
    await database.query(`UPDATE delivery_keys SET received_at = now() - interval '366 days' WHERE delivery_id = $1`, [
      id,
    ]);
    await removeOld();
    expect(await store(body)).toMatchObject({ status: 'accepted' });
  });

  it('by v1 leaves no key behind', async () => {
    const { id } = await store(offCycle());
    await age(id, '15 days');
    await removeOld();
    expect(await database.query('SELECT FROM delivery_keys WHERE delivery_id = $1', [id])).toEqual([]);
  });

  it('does not block the search index where the database rejects the words of one', async () => {
    const [bad, good] = [`bad${randomUUID().replaceAll('-', '')}`, `good${randomUUID().replaceAll('-', '')}`];
    await database.query(`ALTER TABLE delivery_search ADD CONSTRAINT no_bad CHECK (NOT words @@ '${bad}'::tsquery)`);
    const named = (name: string): Buffer =>
      bytes({ ...recorded('v2-workitem-updated'), event_id: randomUUID(), data: { name } });
    for (const word of [good, bad, good, good]) await store(named(word));
    await context.get(SearchIndexJob).run();
    expect((await deliveries().page({ text: good }, { limit: 10 })).deliveries).toHaveLength(3);
    expect((await deliveries().page({ text: bad }, { limit: 10 })).deliveries).toEqual([]);
    await database.query('ALTER TABLE delivery_search DROP CONSTRAINT no_bad');
  });

  it('is listed from a cursor of a time that cannot be, as from any other', async () => {
    const { id } = await store(bytes({ ...recorded('v2-workitem-updated'), event_id: randomUUID() }));
    const { workspaceId } = await deliveries().require(id);
    const page = async (before: string): Promise<number> =>
      (await deliveries().page({ workspaceId, event: 'workitem.updated' }, { limit: 1, before })).deliveries.length;
    expect(await page('ffffffff-ffff-ffff-ffff-ffffffffffff')).toBe(1);
    expect(
      (await deliveries().page({ workspaceId }, { limit: 1, before: 'ffffffff-ffff-7fff-bfff-ffffffffffff' }))
        .deliveries,
    ).toHaveLength(1);
    expect(await page('00000000-0000-0000-0000-000000000000')).toBe(0);
  });

  it.each([-5, 5, -60 * 24])(
    'is stored by the database’s clock, and found by its words: %i minutes',
    async (minutes) => {
      const word = `w${randomUUID().replaceAll('-', '')}`;
      const payload = { ...recorded('v2-workitem-updated'), event_id: randomUUID(), data: { name: word } };
      await store(bytes({ ...recorded('v2-workitem-updated'), event_id: randomUUID() }));
      await context.get(SearchIndexJob).run();
      const now = Date.now.bind(Date);
      jest.spyOn(Date, 'now').mockImplementation(() => now() + minutes * MINUTE_MS);
      const { id } = await store(bytes(payload));
      jest.restoreAllMocks();
      const [row] = await database.query<{ late: boolean; exact: boolean }>(
        `SELECT abs(extract(epoch FROM now() - received_at)) > 60 AS late, uuid_extract_timestamp(id) = received_at AS exact
       FROM deliveries WHERE id = $1`,
        [id],
      );
      expect(row).toEqual({ late: false, exact: true });
      await context.get(SearchIndexJob).run();
      const found = await deliveries().page({ text: word }, { limit: 10 });
      expect(found.deliveries.map((delivery) => delivery.id)).toEqual([id]);
    },
  );
});
