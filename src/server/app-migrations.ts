import { DataSource } from 'typeorm';
import { type Secret } from '../common/secret.js';
import { codedError } from '../common/coded-error.js';
import { dataSourceOptions } from '../database/data-source-options.js';
import { executedMigrations, runMigrations } from '../database/migrator.js';
import { type HangarApp } from './hangar-app.js';

/** Where TypeORM stores which of the app's migrations have run; Hangar's own are in `migrations`. */
const APP_MIGRATIONS_TABLE = 'app_migrations';

const oldAppSchema = codedError(
  'old_schema',
  503,
  'The database schema is not current',
  (pending: readonly string[]) =>
    `the database lacks ${pending.length} migration(s) of the app: ${pending.join(', ')}. Run "npx hangar migrate", then start again`,
);

/** A data source that is not connected, with the app's migrations and their table. */
function appDataSource(url: Secret, schema: string | undefined, app: HangarApp | undefined): DataSource {
  return new DataSource({
    ...dataSourceOptions(url, { schema }),
    migrationsTableName: APP_MIGRATIONS_TABLE,
    migrations: [...(app?.migrations ?? [])],
  });
}

/** Runs the app's pending migrations, one process at a time, and resolves with their names. */
export async function migrateApp(
  url: Secret,
  schema: string | undefined,
  app: HangarApp | undefined,
): Promise<string[]> {
  if (!app?.migrations?.length) return [];
  const dataSource = await appDataSource(url, schema, app).initialize();
  try {
    return await runMigrations(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

/** @throws {DomainError} `old_schema` where the database lacks one of the app's migrations */
export async function requireCurrentAppSchema(dataSource: DataSource, app: HangarApp): Promise<void> {
  const names = (app.migrations ?? []).map((migration) => new migration().name ?? migration.name);
  if (names.length === 0) return;
  const done = new Set(await executedMigrations(dataSource, APP_MIGRATIONS_TABLE));
  const pending = names.filter((name) => !done.has(name));
  if (pending.length > 0) throw oldAppSchema(pending);
}
