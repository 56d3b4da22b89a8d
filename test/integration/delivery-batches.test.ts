import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { OnPlaneEvent } from 'hangar';
import { v7 as uuid } from 'uuid';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { QueueService } from '../../src/queue/queue.service.js';
import { DeliveriesModule } from '../../src/webhooks/deliveries/deliveries.module.js';
import { type DeliveryEntity } from '../../src/webhooks/deliveries/delivery.entity.js';
import { type NewDelivery } from '../../src/webhooks/deliveries/delivery-row.js';
import { DeliveryBatchesService } from '../../src/webhooks/deliveries/delivery-batches.service.js';
import { DeliveryReplayService } from '../../src/webhooks/deliveries/delivery-replay.service.js';
import { DeliveryWriterService } from '../../src/webhooks/deliveries/delivery-writer.service.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { until } from '../support/until.js';

@Injectable()
class Counter {
  @OnPlaneEvent('workitem.**')
  count(): void {
    // Its jobs are counted in the table; nothing runs them here.
  }
}

@Module({ providers: [Counter] })
class CounterModule {}

describe('deliveries that arrive concurrently', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let replicas: INestApplicationContext[];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const modules = [WebhooksModule, DeliveriesModule, CounterModule];
    replicas = await Promise.all([1, 2].map(() => serviceContext(database, simulator, modules)));
  });

  afterAll(async () => {
    for (const replica of replicas) await replica.close();
    await simulator.close();
    await database.drop();
  });

  beforeEach(async () => {
    await database.query('DELETE FROM deliveries');
    await database.query('DELETE FROM pgboss.job');
  });

  const batches = (replica = 0): DeliveryBatchesService =>
    replicas[replica]?.get(DeliveryBatchesService) as DeliveryBatchesService;
  const delivery = (key: string, changes: Partial<DeliveryEntity> = {}): NewDelivery => ({
    row: rowOf(key, changes),
  });
  const rowOf = (key: string, changes: Partial<DeliveryEntity>): DeliveryEntity => ({
    id: uuid(),
    key,
    connectionId: 'default',
    workspaceId: 'w',
    eventName: 'workitem.created',
    source: 'v2',
    entityId: null,
    workItemId: null,
    body: Buffer.from(`{"key": "${key}", "ä": "\\u0000"}`),
    headers: { 'x-plane-event': 'workitem.created', quote: `"'\\{}` },
    secretFingerprint: 'abcdef01',
    receivedAt: new Date(),
    ...changes,
  });
  const stored = async (): Promise<[number, number]> => [
    (await database.query('SELECT FROM deliveries')).length,
    (await database.query(`SELECT FROM pgboss.job WHERE name = 'Counter.count'`)).length,
  ];

  it('are stored byte for byte, each with its job', async () => {
    const one = delivery('one', { body: Buffer.from([0, 1, 2, 255, 92, 34, 123]), entityId: 'e' });
    const { status, id } = await batches().store(one);
    const [found] = await database.query('SELECT * FROM deliveries');
    expect(status).toBe('accepted');
    expect(found).toEqual({
      id,
      key: 'one',
      connection_id: 'default',
      workspace_id: 'w',
      event_name: 'workitem.created',
      source: 'v2',
      entity_id: 'e',
      work_item_id: null,
      body: one.row.body,
      headers: one.row.headers,
      secret_fingerprint: 'abcdef01',
      received_at: expect.any(Date),
    });
    expect(await stored()).toEqual([1, 1]);
  });

  it('are replayed by redriving their dead letter, in one transaction', async () => {
    const { id } = await batches().store(delivery('dead'));
    await database.query('DELETE FROM pgboss.job');
    await database.query(`INSERT INTO pgboss.job (name, data) VALUES ('Counter.count.dead-letter', $1)`, [
      { deliveryId: id },
    ]);
    const jobs = (): Promise<unknown[]> => database.query('SELECT name FROM pgboss.job');
    const replays = replicas[0]?.get(DeliveryReplayService) as DeliveryReplayService;
    const queue = replicas[0]?.get(QueueService, { strict: false }) as QueueService;
    const enqueue = jest.spyOn(queue, 'enqueueAll').mockRejectedValueOnce(new Error('lost connection'));
    await expect(replays.replay({ id })).rejects.toThrow('lost connection');
    enqueue.mockRestore();
    expect(await jobs()).toEqual([{ name: 'Counter.count.dead-letter' }]);
    expect(await replays.replay({ id }, undefined, true)).toEqual({ deliveries: 1, jobs: 1 });
    expect(await replays.replay({ id })).toEqual({ deliveries: 1, jobs: 1 });
    expect(await jobs()).toEqual([{ name: 'Counter.count' }]);
  });

  it('are stored in few transactions, with no job if no handler matches', async () => {
    const writer = replicas[0]?.get(DeliveryWriterService) as DeliveryWriterService;
    const sizes: number[] = [];
    const write = writer.write.bind(writer);
    writer.write = async (rows) => {
      sizes.push(rows.length);
      return write(rows);
    };
    const rows = Array.from({ length: 600 }, (_, index) =>
      delivery(`many ${index}`, index % 3 === 0 ? { eventName: 'cycle.created' } : {}),
    );
    const answers = await Promise.all(rows.map((row) => batches().store(row)));
    writer.write = write;
    expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(600);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(600);
    expect(await stored()).toEqual([600, 400]);
    expect(sizes[0]).toBe(1);
    expect(sizes.length).toBeLessThanOrEqual(5);
  });

  it('are deduplicated within a batch and across batches', async () => {
    const keys = Array.from({ length: 100 }, (_, index) => `key ${index % 10}`);
    const rows = keys.map((key) => delivery(key));
    const answers = await Promise.all(rows.map((row) => batches().store(row)));
    expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(10);
    for (const [index, { id }] of answers.entries())
      expect(id).toBe(answers.find((_, first) => keys[first] === keys[index])?.id);
    expect(await stored()).toEqual([10, 10]);
  });

  it('are deduplicated across two replicas that receive the same 1,500 at once, without a deadlock', async () => {
    const keys = Array.from({ length: 1500 }, (_, index) => `both ${index}`);
    const shuffled = keys.toSorted(() => Math.random() - 0.5);
    const answers = await Promise.all([
      ...keys.map((key) => batches(0).store(delivery(key))),
      ...shuffled.map((key) => batches(1).store(delivery(key))),
    ]);
    expect(answers.filter(({ status }) => status === 'accepted')).toHaveLength(1500);
    expect(await stored()).toEqual([1500, 1500]);
  });

  it('do not fail when the database rejects another one of the batch', async () => {
    const rows = Array.from({ length: 50 }, (_, index) =>
      delivery(`row ${index}`, index === 17 ? { source: 'bad\0source' } : {}),
    );
    const outcomes = await Promise.allSettled(rows.map((row) => batches().store(row)));
    expect(outcomes.map(({ status }) => status)).toEqual(
      rows.map((_, index) => (index === 17 ? 'rejected' : 'fulfilled')),
    );
    expect(await stored()).toEqual([49, 49]);
  });

  it('do not wait for another one of the batch that cannot be stored for an unknown reason', async () => {
    const writer = replicas[0]?.get(DeliveryWriterService) as DeliveryWriterService;
    const write = writer.write.bind(writer);
    const spy = jest.spyOn(writer, 'write').mockImplementation(async (rows) => {
      if (rows.some(({ row }) => row.key === 'odd 17')) throw new TypeError('no text');
      return write(rows);
    });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => batches().store(delivery(`odd ${index}`))),
    );
    spy.mockRestore();
    expect(outcomes.map(({ status }) => status).indexOf('rejected')).toBe(17);
    expect(await stored()).toEqual([49, 49]);
  });

  it('wait while the database is read-only, and are stored once it is writable', async () => {
    const name = new URL(database.url).pathname.slice(1);
    const readOnly = async (setting: string): Promise<void> => {
      await database.query(`ALTER DATABASE ${name} SET default_transaction_read_only = ${setting}`);
    };
    await readOnly('on');
    await database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()
       AND application_name = 'hangar'`,
      [name],
    );
    const held = batches().store(delivery('held'), performance.now() + 600_000);
    // Its first try may find that its connection was ended, and take all the time.
    await until('another to be given up because of that', async () => {
      const given = batches(1).store(delivery('given up'), performance.now() + 500);
      const error = await given.then(
        () => new Error('it was stored'),
        (reason: unknown) => reason,
      );
      return (error as { code?: string }).code === '25006';
    });
    await readOnly('off');
    expect(await held).toMatchObject({ status: 'accepted' });
    expect(await stored()).toEqual([1, 1]);
  });

  it('are not stored if their jobs cannot be stored', async () => {
    await database.query('ALTER TABLE pgboss.job_common RENAME TO away');
    const outcomes = await Promise.allSettled(['a', 'b'].map((key) => batches().store(delivery(key))));
    await database.query('ALTER TABLE pgboss.away RENAME TO job_common');
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await stored()).toEqual([0, 0]);
  });
});
