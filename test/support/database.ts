import { randomBytes } from 'node:crypto';
import { Client, type QueryResultRow } from 'pg';

/** A database of one test file's own, cloned from the migrated template. */
export interface TestDatabase {
  readonly url: string;
  /** Runs a statement and resolves with its rows. */
  query<R extends QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]>;
  /** Ends all connections but this one and lets nobody in, while `during` runs. */
  away<T>(during: () => Promise<T>): Promise<T>;
  drop(): Promise<void>;
}

/** Makes a database. `empty` leaves the schema out. */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`;
  await onServer(`CREATE DATABASE ${name}${empty ? '' : ' TEMPLATE migrated'}`);
  const url = Object.assign(new URL(serverUrl()), { pathname: name }).href;
  const client = new Client({ connectionString: url });
  await client.connect();
  return {
    url,
    query: async (sql, values) => (await client.query(sql, values)).rows,
    away: async (during) => {
      await onServer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
      try {
        await client.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()`,
          [name],
        );
        return await during();
      } finally {
        await onServer(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
      }
    },
    drop: async () => {
      await client.end();
      await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

function serverUrl(): string {
  const url = process.env['HANGAR_TEST_POSTGRES'];
  if (!url) throw new Error('test/support/global-setup.mjs has not run');
  return url;
}

async function onServer(sql: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
