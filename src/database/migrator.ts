import { type DataSource } from 'typeorm';
import { codedError } from '../common/coded-error.js';
import { requireUtf8 } from './session-settings.js';

/** Key of an advisory lock: two replicas must not migrate at once. */
const MIGRATION_LOCK = 4_846_148;

const oldSchema = codedError(
  'old_schema',
  503,
  'The database schema is not current',
  (pending: readonly string[]) =>
    `the database lacks ${pending.length} migration(s): ${pending.join(', ')}. Run "npx hangar migrate", then start again`,
);

const createMissing = codedError(
  'create_missing',
  503,
  'The database role cannot create the schema',
  (role: string, grants: readonly string[]) =>
    `the role "${role}" of DATABASE_URL may not create tables. Run as an administrator: ${grants.join('; ')}`,
);

interface MissingRights {
  readonly role: string;
  /** Statements that give the role what it lacks. */
  readonly grants: readonly string[];
}

/** CREATE on the database is only needed until the schema of the queue exists. */
const MISSING_RIGHTS = `
  SELECT current_user AS role, array_remove(ARRAY[
    CASE WHEN current_schema() IS NULL
         THEN format('CREATE SCHEMA %I AUTHORIZATION %I', current_user, current_user)
         WHEN NOT has_schema_privilege(current_schema(), 'CREATE')
         THEN format('GRANT CREATE ON SCHEMA %I TO %I', current_schema(), current_user) END,
    CASE WHEN to_regnamespace('pgboss') IS NULL AND NOT has_database_privilege(current_database(), 'CREATE')
         THEN format('GRANT CREATE ON DATABASE %I TO %I', current_database(), current_user) END], NULL) AS grants`;

/**
 * Runs the pending migrations, one process at a time, and resolves with their names.
 *
 * @throws {DomainError} `database_encoding`, `create_missing`; nothing was changed
 */
export async function runMigrations(dataSource: DataSource): Promise<string[]> {
  await requireUtf8(dataSource);
  if ((await pendingMigrations(dataSource)).length > 0) await requireCreate(dataSource);
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

/** Tables and pg-boss's schema can only be created by a role that may create them. */
async function requireCreate(dataSource: DataSource): Promise<void> {
  const [row] = await dataSource.query<MissingRights[]>(MISSING_RIGHTS);
  if (row && row.grants.length > 0) throw createMissing(row.role, row.grants);
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
