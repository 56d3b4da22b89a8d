import { join } from 'node:path';
import { EmbeddedPostgres } from '../../dist/src/database/embedded/embedded-postgres.js';
import { migrateDatabase } from '../../dist/src/server/migrate.js';
import { runStatement } from '../support/postgres.mjs';
import { openRun } from './run.mjs';

/** What it wrote need not outlive the machine. */
const SETTINGS = { max_connections: '400', fsync: 'off', full_page_writes: 'off' };

/** Starts one PostgreSQL for all test files, and makes the migrated template that each clones. */
export default async function setup() {
  const dataDir = join(await openRun(), 'all');
  const postgres = await EmbeddedPostgres.open({ dataDir, exclusive: true, settings: SETTINGS });
  globalThis.hangarTestRun.postgres = postgres;
  const url = postgres.urlOf('postgres');
  await runStatement(url, 'CREATE DATABASE migrated');
  await migrateDatabase(postgres.urlOf('migrated'));
  process.env.HANGAR_TEST_POSTGRES = url;
}
