import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateDatabase } from '../../src/server/migrate.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { type Environment, HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const EVENTS = 40;

describe('two Hangars in two schemas of one database', () => {
  let database: TestDatabase;
  const hangars: HangarWithSimulator[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    const key = `test:${Buffer.alloc(32, 1).toString('base64')}`;
    const byUrl = new URL(database.url);
    byUrl.searchParams.set('options', '-c search_path=two');
    await database.query('CREATE SCHEMA two');
    await migrateDatabase(database.url, 'one');
    await migrateDatabase(byUrl.href);
    const environments: Environment[] = [
      { DATABASE_URL: database.url, DATABASE_SCHEMA: 'one' },
      { DATABASE_URL: byUrl.href },
    ];
    for (const environment of environments)
      hangars.push(await HangarWithSimulator.start({ environment: { ...environment, HANGAR_ENCRYPTION_KEYS: key } }));
    for (const each of hangars) await each.install();
  });

  afterAll(async () => {
    for (const each of hangars) await each.stop();
    await database.drop();
  });

  it('handle their own events, and those alone', async () => {
    const sent = hangars.flatMap((each) => Array.from({ length: EVENTS }, () => each.deliver(pingWebhook('v2'))));
    expect(new Set((await Promise.all(sent)).map(({ status }) => status))).toEqual(new Set([202]));
    for (const each of hangars) await until('all pongs', async () => (await each.pongs()) >= EVENTS);
    for (const schema of ['one', 'two']) {
      const outcomes = (): Promise<{ known: boolean }[]> =>
        database.query(
          `SELECT EXISTS (SELECT FROM ${schema}.deliveries WHERE id = delivery_id) AS known
           FROM ${schema}.delivery_outcomes WHERE handler = 'PingHandler.pong' AND state = 'handled'`,
        );
      await until('all outcomes', async () => (await outcomes()).length >= EVENTS);
      const handled = Array.from({ length: EVENTS }, () => ({ known: true }));
      expect(await outcomes()).toEqual(handled);
    }
    for (const each of hangars) expect(await each.pongs()).toBe(EVENTS);
    for (const schema of ['one', 'two'])
      expect(
        await database.query(
          `SELECT FROM ${schema}.delivery_outcomes WHERE delivery_id NOT IN (SELECT id FROM ${schema}.deliveries)`,
        ),
      ).toEqual([]);
  });

  it('have queues of their own', async () => {
    const names = await database.query(`SELECT nspname AS name FROM pg_namespace WHERE nspname LIKE '%pgboss%'`);
    expect(names.map(({ name }) => name)).toEqual(expect.arrayContaining(['pgboss', 'one_pgboss', 'two_pgboss']));
    expect(await database.query('SELECT FROM pgboss.job')).toEqual([]);
  });
});
