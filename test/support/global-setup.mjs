import { mkdtempSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../dist/src/database/embedded-postgres.js';
import { migrateDatabase } from '../../dist/src/migrate.js';
import { runStatement } from './postgres.mjs';

/** Starts one PostgreSQL for all test files and makes the migrated template that each clones. */
export default async function setup() {
  const dataDir = mkdtempSync(join(tmpdir(), 'hangar-test-'));
  chmodSync(dataDir, 0o755);
  const postgres = await EmbeddedPostgres.open({
    dataDir,
    exclusive: true,
    settings: { max_connections: '400' },
  });
  const url = postgres.urlOf('postgres');
  await runStatement(url, 'CREATE DATABASE migrated');
  await migrateDatabase(postgres.urlOf('migrated'));
  process.env.HANGAR_TEST_POSTGRES = url;
  globalThis.hangarTestPostgres = { postgres, dataDir };
}
