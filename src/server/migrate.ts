import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { Secret } from '../common/secret.js';
import { dataSourceOptions } from '../database/data-source-options.js';
import { createSchema, runMigrations } from '../database/migrator.js';
import { queueSchemaOf } from '../database/queue-schema.js';
import { migrateQueue } from '../queue/queue-schema.js';

/**
 * Migrates a database to the schema of this release: Hangar's tables and pg-boss's. Resolves with the migrations run.
 *
 * @param schema of Hangar's tables, where one is configured; created where it does not exist
 */
export async function migrateDatabase(url: string, schema?: string): Promise<string[]> {
  if (schema !== undefined) await createSchema(url, schema);
  const options = dataSourceOptions(new Secret(url), { schema });
  const dataSource = new DataSource({ ...options, migrations: MIGRATIONS });
  await dataSource.initialize();
  try {
    const done = await runMigrations(dataSource);
    await migrateQueue({ url, ownSchema: schema, schema: await queueSchemaOf(dataSource) });
    return done;
  } finally {
    await dataSource.destroy();
  }
}
