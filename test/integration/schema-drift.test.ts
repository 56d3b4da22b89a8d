import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Secret } from '../../src/common/secret.js';
import { ENTITIES } from '../../src/data-source.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('the drift check of the migrations', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = new DataSource({ ...dataSourceOptions(new Secret(database.url)), entities: ENTITIES });
    await dataSource.initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  const drift = async (): Promise<string[]> => {
    const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
    return upQueries.map(({ query }) => query);
  };

  it('covers every table', async () => {
    const tables = await database.query<{ name: string }>(
      `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'`,
    );
    const known = dataSource.entityMetadatas.map(({ tableName }) => tableName);
    expect(known.toSorted()).toEqual(tables.map(({ name }) => name).toSorted());
  });

  it('finds no difference after all migrations', async () => {
    expect(await drift()).toEqual([]);
  });

  it.each([
    ['parked_jobs', 'ADD COLUMN extra text'],
    ['queue_lines', 'ALTER COLUMN data DROP NOT NULL'],
    ['delivery_outcomes', 'DROP CONSTRAINT delivery_outcomes_state_check'],
    ['event_folds', 'DROP COLUMN field'],
    ['delivery_keys', 'DROP COLUMN delivery_id'],
    ['delivery_search', 'ADD COLUMN extra text'],
  ])('detects a change of %s', async (table, change) => {
    await database.query(`ALTER TABLE ${table} ${change}`);
    expect((await drift()).join('\n')).toContain(`"${table}"`);
  });
});
