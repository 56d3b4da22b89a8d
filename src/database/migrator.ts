import { escapeIdentifier } from 'pg';
import { type DataSource } from 'typeorm';
import { codedError } from '../common/coded-error.js';
import { DatabaseClient } from './database-client.js';
import { queueSchemaRule } from './queue-schema.js';
import { requireUtf8 } from './session-settings.js';

/** Key of an advisory lock: two replicas must not migrate a schema at once. In `public`, the key of all releases. */
const MIGRATION_LOCK = `4846148 # CASE current_schema() WHEN 'public' THEN 0 ELSE hashtextextended(current_schema(), 0) END`;

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

/** Migrations run in other sessions meanwhile; an administrator's limits on idle transactions would end this one. */
const NO_TIMEOUTS = `set_config('idle_in_transaction_session_timeout', '0', true)`;

interface MissingRights {
  readonly role: string;
  /** Statements that give the role what it lacks. */
  readonly grants: readonly string[];
}

const PERMISSION_DENIED = '42501';
const SCHEMA_EXISTS = `SELECT current_user AS role, to_regnamespace(quote_ident($1)) IS NOT NULL AS found`;

/** Where the migrations have not stored it yet; a Hangar with tables may have jobs. */
const QUEUE_SCHEMA = queueSchemaRule(`to_regclass('deliveries') IS NOT NULL`);

/** CREATE on the database is only needed until the schema of the queue exists. */
const MISSING_RIGHTS = `
  SELECT current_user AS role, array_remove(ARRAY[
    CASE WHEN current_schema() IS NULL
         THEN format('CREATE SCHEMA %I AUTHORIZATION %I', current_user, current_user)
         WHEN NOT has_schema_privilege(current_schema(), 'CREATE')
         THEN format('GRANT CREATE ON SCHEMA %I TO %I', current_schema(), current_user) END,
    CASE WHEN to_regnamespace(quote_ident(${QUEUE_SCHEMA})) IS NULL AND NOT has_database_privilege(current_database(), 'CREATE')
         THEN format('GRANT CREATE ON DATABASE %I TO %I', current_database(), current_user) END], NULL) AS grants`;

/**
 * Creates the schema of Hangar's tables unless it exists.
 *
 * @throws {DomainError} `create_missing`: the role may not create it
 */
export async function createSchema(url: string, schema: string): Promise<void> {
  const client = new DatabaseClient({ connectionString: url });
  client.on('error', () => undefined); // the query rejects too
  await client.connect();
  try {
    const { rows } = await client.query<{ role: string; found: boolean }>(SCHEMA_EXISTS, [schema]);
    if (rows[0]?.found) return;
    const name = escapeIdentifier(schema);
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${name}`).catch((error: unknown) => {
      const role = rows[0]?.role ?? '';
      const denied = (error as { code?: unknown }).code === PERMISSION_DENIED;
      throw denied ? createMissing(role, [`CREATE SCHEMA ${name} AUTHORIZATION ${escapeIdentifier(role)}`]) : error;
    });
  } finally {
    await client.end();
  }
}

/**
 * Runs the pending migrations, one process at a time, and resolves with their names.
 *
 * @throws {DomainError} `database_encoding`, `create_missing`; nothing was changed
 */
export async function runMigrations(dataSource: DataSource): Promise<string[]> {
  await requireUtf8(dataSource);
  if ((await pendingMigrations(dataSource)).length > 0) await requireCreate(dataSource);
  return dataSource.transaction(async (lock) => {
    // Of a transaction: a pooler may give the next statement another session.
    await lock.query(`SELECT pg_advisory_xact_lock(${MIGRATION_LOCK}), ${NO_TIMEOUTS}`);
    const done = await dataSource.runMigrations();
    return done.map(({ name }) => name);
  });
}

/** Tables and pg-boss's schema can only be created by a role that may create them. */
async function requireCreate(dataSource: DataSource): Promise<void> {
  const [row] = await dataSource.query<MissingRights[]>(MISSING_RIGHTS);
  if (row && row.grants.length > 0) throw createMissing(row.role, row.grants);
}

/** The names of the migrations that the database lacks. */
async function pendingMigrations(dataSource: DataSource): Promise<string[]> {
  const done = new Set(await executedMigrations(dataSource, dataSource.options.migrationsTableName));
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

/** The names of the migrations that a table of executed ones contains; none where the table does not exist. */
export async function executedMigrations(dataSource: DataSource, table = 'migrations'): Promise<string[]> {
  const name = escapeIdentifier(table);
  const [row] = await dataSource.query<{ found: string | null }[]>('SELECT to_regclass($1) AS found', [name]);
  if (!row?.found) return [];
  const rows = await dataSource.query<{ name: string }[]>(`SELECT name FROM ${name}`);
  return rows.map(({ name }) => name);
}
