import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/migrations.js';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { type OpenDatabase } from '../../database/open-database.js';
import { requireCurrentSchema } from '../../database/migrator.js';
import { requireUtf8 } from '../../database/session-settings.js';
import { causeText } from '../../server/startup-error.js';
import { fail, pass, type Finding } from './finding.js';

const MIN_VERSION = 15;
const MAX_VERSION = 18;
const MAX_SKEW_SECONDS = 30;

/** Findings of the database; `usable` if checks of the stored data can run. */
export interface DatabaseFindings {
  readonly findings: readonly Finding[];
  readonly usable: boolean;
}

/** Checks that the database is reachable, supported, in sync with this host's clock, and has the current schema. */
export async function checkDatabase({ config, embedded }: OpenDatabase): Promise<DatabaseFindings> {
  const options = dataSourceOptions(config.databaseUrl, { schema: config.databaseSchema });
  const source = new DataSource({ ...options, migrations: MIGRATIONS });
  try {
    await source.initialize();
    await requireUtf8(source);
    const server = await checkServer(source, embedded);
    const migrations = await checkMigrations(source);
    return { findings: [server, migrations], usable: migrations.ok };
  } catch (error) {
    return { findings: [fail('database', causeText(error))], usable: false };
  } finally {
    if (source.isInitialized) await source.destroy();
  }
}

async function checkServer(source: DataSource, embedded: boolean): Promise<Finding> {
  const check = 'database';
  const [row] = await source.query<{ version: string; seconds: number }[]>(
    `SELECT current_setting('server_version') AS version, extract(epoch FROM clock_timestamp())::float8 AS seconds`,
  );
  const major = Number.parseInt(row?.version ?? '', 10);
  const what = `${embedded ? 'embedded ' : ''}PostgreSQL ${row?.version}`;
  if (!(major >= MIN_VERSION && major <= MAX_VERSION))
    return fail(check, `${what} is not supported`, `Use version ${MIN_VERSION} to ${MAX_VERSION}`);
  const ahead = Math.round((row?.seconds ?? 0) - Date.now() / 1000);
  return Math.abs(ahead) <= MAX_SKEW_SECONDS
    ? pass(check, `${what}, reachable`)
    : fail(check, `${what}: its clock is ${ahead} s ahead of this host`, 'Check NTP on both hosts');
}

async function checkMigrations(source: DataSource): Promise<Finding> {
  try {
    await requireCurrentSchema(source);
    return pass('migrations', 'the schema is current');
  } catch (error) {
    return fail('migrations', causeText(error));
  }
}
