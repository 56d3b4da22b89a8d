import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../migrations/migrations.js';
import { type Secret } from '../../common/secret.js';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { requireCurrentSchema } from '../../database/migrator.js';
import { causeText } from '../../server/startup-error.js';
import { fail, pass, type Finding } from './finding.js';

const OLDEST = 15;
const NEWEST = 18;
const MAX_SKEW_SECONDS = 30;

/** What was found of the database, and whether the rest can be looked at. */
export interface DatabaseFindings {
  readonly findings: readonly Finding[];
  readonly usable: boolean;
}

/** Whether the database answers, is one of the supported ones, has our time, and has the current schema. */
export async function checkDatabase(url: Secret, embedded: boolean): Promise<DatabaseFindings> {
  const source = new DataSource({ ...dataSourceOptions(url), migrations: MIGRATIONS });
  try {
    await source.initialize();
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
  if (!(major >= OLDEST && major <= NEWEST))
    return fail(check, `${what} is not one of those that Hangar is tested on`, `Use ${OLDEST} to ${NEWEST}`);
  const ahead = Math.round((row?.seconds ?? 0) - Date.now() / 1000);
  return Math.abs(ahead) <= MAX_SKEW_SECONDS
    ? pass(check, `${what}, reachable`)
    : fail(check, `${what}: its clock is ${ahead} s ahead of ours`, 'Look at NTP on both machines');
}

async function checkMigrations(source: DataSource): Promise<Finding> {
  try {
    await requireCurrentSchema(source);
    return pass('migrations', 'the schema is current');
  } catch (error) {
    return fail('migrations', causeText(error));
  }
}
