import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { Secret } from '../common/secret.js';
import { dataSourceOptions } from '../database/data-source-options.js';
import { runMigrations } from '../database/migrator.js';
import { migrateQueue } from '../queue/queue-schema.js';

/** Migrates a database to the schema of this release: Hangar's tables and pg-boss's. Resolves with the migrations run. */
export async function migrateDatabase(url: string): Promise<string[]> {
  const dataSource = new DataSource({ ...dataSourceOptions(new Secret(url)), migrations: MIGRATIONS });
  await dataSource.initialize();
  try {
    const done = await runMigrations(dataSource);
    await migrateQueue(url);
    return done;
  } finally {
    await dataSource.destroy();
  }
}
