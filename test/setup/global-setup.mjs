import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { EmbeddedPostgres } from '../../dist/src/database/embedded-postgres.js';
import { migrateDatabase } from '../../dist/src/migrate.js';
import { runStatement } from '../support/postgres.mjs';
import { endAbandonedRuns, makeRunFolder } from './run-folder.mjs';

/** What it wrote need not outlive the machine. */
const SETTINGS = { max_connections: '400', fsync: 'off', full_page_writes: 'off' };

/** Starts one PostgreSQL for all test files, and makes the migrated template that each clones. */
export default async function setup() {
  await endAbandonedRuns();
  const environment = { ...process.env };
  const folder = makeRunFolder();
  const guard = startGuard(folder, environment);
  const postgres = await EmbeddedPostgres.open({
    dataDir: join(folder, 'all'),
    exclusive: true,
    settings: SETTINGS,
  });
  const url = postgres.urlOf('postgres');
  await runStatement(url, 'CREATE DATABASE migrated');
  await migrateDatabase(postgres.urlOf('migrated'));
  process.env.HANGAR_TEST_POSTGRES = url;
  globalThis.hangarTestRun = { folder, guard, postgres };
}

/** It is not part of the run: it has an environment without the run's name. */
function startGuard(folder, env) {
  const args = [join(import.meta.dirname, 'guard.mjs'), folder, String(process.pid)];
  const guard = spawn(process.execPath, args, {
    env,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  guard.unref();
  guard.stdin.unref();
  return guard;
}
