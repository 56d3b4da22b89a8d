import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { DataSource } from 'typeorm';
import { QueueService } from '../../src/queue/queue.service.js';
import { migrateDatabase } from '../../src/server/migrate.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { OnLifecycleEvent } from '../../src/webhooks/discovery/on-lifecycle-event.decorator.js';
import { OnPlaneEvent } from '../../src/webhooks/discovery/on-plane-event.decorator.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { until } from '../support/until.js';

const MS_PER_DAY = 86_400_000;

describe('the schema of the queue', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(async () => {
    await database.drop();
  });

  const queueSchema = async (schema: string): Promise<unknown> =>
    (await database.query(`SELECT name, ${schema}.lock_seed() = 0 AS "noSeed" FROM ${schema}.queue_schema`))[0];
  /** As the release before left it. */
  const undo = async (schema: string): Promise<void> => {
    await database.query(`DROP FUNCTION ${schema}.lock_seed()`);
    await database.query(`DROP TABLE ${schema}.queue_schema`);
    await database.query(`DELETE FROM ${schema}.migrations WHERE name LIKE 'QueueSchema%'`);
  };

  it('is pgboss for a Hangar in public', async () => {
    expect(await queueSchema('public')).toEqual({ name: 'pgboss', noSeed: true });
  });

  it.each([
    ['other', 'other_pgboss'],
    ['"Größe"', expect.stringMatching(/^pgboss_[\da-f]{12}$/)],
  ])('is an own one for a Hangar in the schema %s', async (schema, name) => {
    const url = new URL(database.url);
    url.searchParams.set('options', `-c search_path=${schema}`);
    await database.query(`CREATE SCHEMA ${schema}`);
    await migrateDatabase(url.href);
    expect(await queueSchema(schema)).toEqual({ name, noSeed: false });
    expect(await migrateDatabase(url.href)).toEqual([]);
  });

  it('stays pgboss for a Hangar that has jobs there, and becomes an own one for one that has none', async () => {
    await migrateDatabase(database.url, 'former');
    await undo('former');
    await migrateDatabase(database.url, 'former');
    expect(await queueSchema('former')).toEqual({ name: 'former_pgboss', noSeed: false });
    await undo('former');
    await database.query(
      `INSERT INTO former.deliveries (id, key, workspace_id, event_name, source, body, headers, secret_fingerprint, received_at)
       VALUES ($1, 'key', 'w', 'workitem.created', 'v2', '', '{}', 'f', now())`,
      [uuid()],
    );
    await migrateDatabase(database.url, 'former');
    expect(await queueSchema('former')).toEqual({ name: 'pgboss', noSeed: true });
  });
});

const ran: unknown[] = [];

@Injectable()
class Handlers {
  @OnPlaneEvent('workitem.created')
  created(event: unknown): void {
    ran.push(event);
  }

  @OnLifecycleEvent('installation.added')
  added(event: unknown): void {
    ran.push(event);
  }
}

@Module({ providers: [Handlers] })
class HandlersModule {}

describe('a job whose row is not in the tables', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [DispatchModule, HandlersModule]);
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const add = (queue: string, data: object): Promise<void> =>
    context
      .get(DataSource)
      .transaction((transaction) => context.get(QueueService).enqueue(transaction, queue, [{ data }]));
  const jobs = (queue: string): Promise<{ data: unknown }[]> =>
    database.query(`SELECT data FROM pgboss.job WHERE name = $1 AND state = 'created' AND start_after > now()`, [
      queue,
    ]);
  const left = async (queue: string): Promise<number> =>
    (await database.query(`SELECT FROM pgboss.job WHERE name = $1`, [queue])).length;
  const ago = (days: number): Date => new Date(Date.now() - days * MS_PER_DAY);

  it('is kept for the Hangar that has the delivery, and ends after the retention', async () => {
    const [queue, deliveryId] = ['Handlers.created', uuid()];
    await add(queue, { deliveryId });
    const [kept] = await until('the job to be delayed', async () => {
      const delayed = await jobs(queue);
      return delayed.length > 0 && delayed;
    });
    expect(kept?.data).toMatchObject({ deliveryId, attemptsBefore: 0 });
    expect(await database.query('SELECT FROM delivery_outcomes')).toEqual([]);
    await add(queue, { deliveryId: uuid({ msecs: ago(15).getTime() }) });
    await until('the old job to end', async () => (await database.query('SELECT FROM delivery_outcomes')).length === 1);
    expect(await left(queue)).toBe(1);
  });

  it('is kept for the Hangar that has the installation, and ends after the retention', async () => {
    const queue = 'Handlers.added';
    const notice = { name: 'installation.added', installationId: uuid() };
    await add(queue, { ...notice, id: uuid(), occurredAt: ago(0).toISOString() });
    await until('the job to be delayed', async () => (await jobs(queue)).length === 1);
    await add(queue, { ...notice, id: uuid(), occurredAt: ago(15).toISOString() });
    await until('the old job to end', async () => (await left(queue)) === 1);
    expect(ran).toEqual([]);
  });
});
