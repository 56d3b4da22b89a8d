import { escapeIdentifier } from 'pg';
import { type DataSource } from 'typeorm';
import { codedError } from '../common/coded-error.js';
import { DatabaseClient } from './database-client.js';

/**
 * What our SQL and the driver rely on, whatever the server, the database or the role has as its default: the driver parses
 * times in the format ISO alone, and transactions expect to see what others have committed meanwhile.
 */
const SET_SESSION = [
  `SET DateStyle TO 'ISO, MDY'`,
  `SET TimeZone TO 'UTC'`,
  `SET IntervalStyle TO 'postgres'`,
  `SET bytea_output TO 'hex'`,
  `SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED`,
].join('; ');

/** A connection of the driver, or of pg-boss, which uses the same driver. */
interface Connection {
  query(sql: string): Promise<unknown>;
}

const wrongEncoding = codedError(
  'database_encoding',
  503,
  'The database has an unsupported encoding',
  (encoding: string) =>
    `the database stores text as ${encoding}, which cannot store every character of a webhook. ` +
    `Create one with "CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0", and set DATABASE_URL to it`,
);

/** A connection whose server is gone without a word never answers. */
const QUERY_TIMEOUT_MS = 15_000;

/** For the pools of a server: see {@link DatabaseClient}. Migrations may take longer. */
export const RESPONSIVE = { query_timeout: QUERY_TIMEOUT_MS, keepAlive: true } as const;

/** Settings of a connection pool. */
interface SessionSettings {
  /** Marks the errors of the connections. */
  readonly Client: typeof DatabaseClient;
  /** Prepares each new connection before its first query. */
  readonly onConnect: (connection: Connection) => Promise<void>;
}

/** @param schema of Hangar's tables; `undefined`: the one that the database, the role or the URL sets */
export function sessionSettings(schema: string | undefined): SessionSettings {
  const statements =
    schema === undefined ? SET_SESSION : `${SET_SESSION}; SET search_path TO ${escapeIdentifier(schema)}`;
  return {
    Client: DatabaseClient,
    onConnect: async (connection) => {
      await connection.query(statements);
    },
  };
}

/** @throws {DomainError} `database_encoding`: the database's encoding is not UTF8 */
export async function requireUtf8(dataSource: DataSource): Promise<void> {
  const [row] = await dataSource.query<{ encoding: string }[]>(`SELECT current_setting('server_encoding') AS encoding`);
  if (row && row.encoding !== 'UTF8') throw wrongEncoding(row.encoding);
}

/** An error and no row, so that {@link DatabaseClient} closes the connection: a new one may reach another server. */
const REQUIRE_WRITABLE = `
  DO $$ BEGIN
    IF current_setting('transaction_read_only') = 'on' THEN
      RAISE read_only_sql_transaction USING MESSAGE = 'the session is read-only';
    END IF;
  END $$`;

/** @throws the error of a write, SQLSTATE 25006, where the server or the session is read-only */
export async function requireWritable(dataSource: DataSource): Promise<void> {
  await dataSource.query(REQUIRE_WRITABLE);
}
