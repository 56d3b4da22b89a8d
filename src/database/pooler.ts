import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { escapeIdentifier } from 'pg';
import { codedError } from '../common/coded-error.js';
import { requireCertificateFiles } from './certificate-files.js';
import { DatabaseClient } from './database-client.js';

/**
 * How connections to the database are pooled between it and this process: by nothing, with a server connection for each
 * session, or with one for each transaction, which keeps neither `LISTEN` nor settings of a session.
 */
export type Pooling = 'none' | 'session' | 'transaction';

/** A pooler under load may give the same server connection twice by chance. */
const TRIES = 3;
/** A pooler whose server connections are all taken lets clients wait. */
const WAIT_MS = 5000;
/** SQLSTATE of PgBouncer's "transaction blocks not allowed in statement pooling mode". */
const PROTOCOL_VIOLATION = '08P01';

const statementPooling = codedError(
  'statement_pooling',
  503,
  'The database pooler allows no transactions',
  'the pooler of DATABASE_URL is in statement mode, which allows no transactions. ' +
    'Set its pool_mode for this database to session or transaction, or DATABASE_URL to an address without a pooler',
);

const settingsMissing = codedError(
  'pooler_settings',
  503,
  'The database role lacks settings',
  (statements: readonly string[]) =>
    'the pooler of DATABASE_URL is in transaction mode, which does not keep the settings of a session. ' +
    `Run as an administrator: ${statements.join('; ')}. Then let the pooler connect anew (RECONNECT)`,
);

/** The defaults of the role, which no session has changed. PgBouncer itself keeps DateStyle and TimeZone. */
const DEFAULTS = `
  SELECT name, reset_val AS value, current_user AS role, current_database() AS database FROM pg_settings
  WHERE name IN ('IntervalStyle', 'bytea_output', 'default_transaction_isolation', 'search_path')`;

interface Default {
  readonly name: string;
  readonly value: string;
  readonly role: string;
  readonly database: string;
}

/**
 * Finds out how connections to the database are pooled.
 *
 * @param schema of Hangar's tables, where one is configured
 * @throws {DomainError} `certificate_file`; `statement_pooling`; `pooler_settings`: in transaction mode, where the role's defaults are not what
 * Hangar relies on
 */
export async function requireUsablePooler(url: string, schema: string | undefined): Promise<Pooling> {
  return withClient(url, async (client, processId) => {
    if ((await backend(client)) === processId) return 'none';
    if (!(await sharesBackends(url, client))) return 'session';
    await requireDefaults(client, schema);
    return 'transaction';
  });
}

/** Whether a session at this address receives what `notify` sends to a channel within five seconds. */
export async function receivesNotifications(url: string, notify: (channel: string) => Promise<void>): Promise<boolean> {
  const channel = `hangar_check_${randomUUID()}`;
  return withClient(url, async (client) => {
    const received = new Promise<true>((resolve) => client.once('notification', () => resolve(true)));
    await client.query(`LISTEN ${escapeIdentifier(channel)}`);
    await notify(channel);
    return Promise.race([received, wait(WAIT_MS, false, { ref: false })]);
  });
}

/** Whether another session gets the server connection of this one, while this one has no transaction. */
async function sharesBackends(url: string, client: DatabaseClient): Promise<boolean> {
  return withClient(url, async (other) => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const before = await backend(client);
      await other.query('BEGIN').catch((error: unknown) => {
        throw (error as { code?: unknown }).code === PROTOCOL_VIOLATION ? statementPooling() : error;
      });
      const shared = (await backend(other)) === before || (await backend(client)) !== before;
      await other.query('COMMIT');
      if (shared) return true;
    }
    return false;
  });
}

async function requireDefaults(client: DatabaseClient, schema: string | undefined): Promise<void> {
  const wanted: Readonly<Record<string, string | undefined>> = {
    IntervalStyle: 'postgres',
    bytea_output: 'hex',
    default_transaction_isolation: 'read committed',
    search_path: schema,
  };
  const { rows } = await client.query<Default>(DEFAULTS);
  const statements = rows.flatMap(({ name, value, role, database }) => {
    const should = wanted[name];
    const is = name === 'search_path' ? value.split(',')[0]?.trim() : value;
    if (should === undefined || is === should) return [];
    return `ALTER ROLE ${escapeIdentifier(role)} IN DATABASE ${escapeIdentifier(database)} SET ${name} TO '${should}'`;
  });
  if (statements.length > 0) throw settingsMissing(statements);
}

async function backend(client: DatabaseClient): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid;
}

async function withClient<T>(
  url: string,
  use: (client: DatabaseClient, processId: number | null) => Promise<T>,
): Promise<T> {
  requireCertificateFiles(url);
  const client = new DatabaseClient({
    connectionString: url,
    query_timeout: WAIT_MS,
    connectionTimeoutMillis: WAIT_MS,
  });
  client.on('error', () => undefined); // the query rejects too
  try {
    await client.connect();
    // A pooler cannot know the number of the server's process before it has one.
    return await use(client, (client as unknown as { processID: number | null }).processID);
  } finally {
    await client.end();
  }
}
