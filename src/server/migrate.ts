import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { Secret } from '../common/secret.js';
import { dataSourceOptions } from '../database/data-source-options.js';
import { requireUsablePooler } from '../database/pooler.js';
import { createSchema, runMigrations } from '../database/migrator.js';
import { queueSchemaOf, schemaExists } from '../database/queue-schema.js';
import { migrateQueue } from '../queue/queue-schema.js';
import { migrateApp } from './app-migrations.js';
import { type HangarApp } from './hangar-app.js';

/**
 * Migrates a database to the schema of this release: Hangar's tables, pg-boss's, and the app's. Resolves with the
 * migrations run.
 *
 * @param schema of Hangar's tables, where one is configured; created where it does not exist
 */
export async function migrateDatabase(url: string, schema?: string, app?: HangarApp): Promise<string[]> {
  await requireUsablePooler(url, schema);
  if (schema !== undefined) await createSchema(url, schema);
  const options = dataSourceOptions(new Secret(url), { schema });
  const dataSource = new DataSource({ ...options, migrations: MIGRATIONS });
  await dataSource.initialize();
  try {
    const done = await runMigrations(dataSource);
    const queueSchema = await queueSchemaOf(dataSource);
    const isMissing = !(await schemaExists(dataSource, queueSchema));
    await migrateQueue({ url, ownSchema: schema, schema: queueSchema, createSchema: isMissing });
    return [...done, ...(await migrateApp(new Secret(url), schema, app))];
  } finally {
    await dataSource.destroy();
  }
}
