import { type DataSource } from 'typeorm';
import { codedError } from '../common/coded-error.js';

/** Key of an advisory lock: two replicas must not migrate at once. */
const MIGRATION_LOCK = 4_846_148;

const oldSchema = codedError(
  'old_schema',
  503,
  'The database schema is not current',
  (pending: readonly string[]) =>
    `the database lacks ${pending.length} migration(s): ${pending.join(', ')}. Run "npx hangar migrate", then start again`,
);

/** Runs the pending migrations, one process at a time, and resolves with their names. */
export async function runMigrations(dataSource: DataSource): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const done = await dataSource.runMigrations();
    return done.map(({ name }) => name);
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await runner.release();
  }
}

/** The names of the migrations that the database lacks. */
async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const done = new Set(await executedMigrations(dataSource));
  return dataSource.migrations
    .map(({ name, constructor }) => name ?? constructor.name)
    .filter((name) => !done.has(name));
}

/** @throws where the database cannot be reached; {@link DomainError} `old_schema` where it lacks a migration. */
export async function requireCurrentSchema(dataSource: DataSource): Promise<void> {
  const pending = await pendingMigrations(dataSource);
  if (pending.length === 0) return;
  throw oldSchema(pending);
}

async function executedMigrations(dataSource: DataSource): Promise<string[]> {
  const [table] = await dataSource.query<{ found: string | null }[]>(`SELECT to_regclass('migrations') AS found`);
  if (!table?.found) return [];
  const rows = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations');
  return rows.map(({ name }) => name);
}
