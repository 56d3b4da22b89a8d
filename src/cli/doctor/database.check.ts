import { DataSource } from 'typeorm';
import { type Secret } from '../../common/secret.js';
import { MIGRATIONS } from '../../../migrations/migrations.js';
import { dataSourceOptions } from '../../database/data-source-options.js';
import { type OpenDatabase } from '../../database/open-database.js';
import { requireCurrentSchema } from '../../database/migrator.js';
import { type Pooling, receivesNotifications, requireUsablePooler } from '../../database/pooler.js';
import { requireUtf8 } from '../../database/session-settings.js';
import { requireCurrentAppSchema } from '../../server/app-migrations.js';
import { type HangarApp } from '../../server/hangar-app.js';
import { causeText } from '../../server/startup-error.js';
import { checkConnectionLimit } from './connection-limit.check.js';
import { checkWritable } from './writable.check.js';
import { fail, pass, runCheck, type Finding } from './finding.js';

const WRITES = 'database writes';
const MIN_VERSION = 15;
const MAX_VERSION = 18;
const MAX_SKEW_SECONDS = 30;

/** Findings of the database; `unusable` says why checks of the stored data cannot run. */
export interface DatabaseFindings {
  readonly findings: readonly Finding[];
  readonly unusable?: string;
}

/**
 * Checks that the database is reachable, supported, in sync with this host's clock, and has the current schema.
 *
 * @param app whose own migrations must have run too
 * @param connections how many all processes together open at most; absent: not compared with what PostgreSQL allows
 */
export async function checkDatabase(
  { config, embedded }: OpenDatabase,
  app: HangarApp,
  connections?: number,
): Promise<DatabaseFindings> {
  const options = dataSourceOptions(config.databaseUrl, { schema: config.databaseSchema });
  const source = new DataSource({ ...options, migrations: MIGRATIONS });
  try {
    const pooling = await requireUsablePooler(config.databaseUrl.reveal(), config.databaseSchema);
    await source.initialize();
    await requireUtf8(source);
    const server = await checkServer(source, embedded);
    const listen = await checkListen(source, config.databaseListenUrl, pooling);
    const { databasePoolSize: poolSize, databaseListenUrl } = config;
    const plan = { poolSize, pooling, listensApart: databaseListenUrl !== undefined };
    const limit =
      connections === undefined ? [] : [await checkConnectionLimit(source, { ...plan, needed: connections })];
    const migrations = await checkMigrations(source, app);
    const findings = [server, ...listen, ...limit, migrations];
    if (!migrations.ok) return { findings, unusable: 'the schema is not current' };
    const writes = await runCheck(WRITES, async () => checkWritable(WRITES, source));
    return { findings: [...findings, writes], ...(!writes.ok && { unusable: 'the database cannot be written' }) };
  } catch (error) {
    return { findings: [fail('database', causeText(error))], unusable: 'the database cannot be reached' };
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

/** Where something lies between Hangar and the database. */
async function checkListen(source: DataSource, listenUrl: Secret | undefined, pooling: Pooling): Promise<Finding[]> {
  const check = 'notifications';
  if (listenUrl) return [await runCheck(check, async () => checkListenUrl(check, source, listenUrl))];
  if (pooling === 'none') return [];
  return [
    pass(
      check,
      pooling === 'session'
        ? 'a pooler in session mode passes them on'
        : 'a pooler in transaction mode passes none on: jobs are polled every second. Set DATABASE_LISTEN_URL to an address of the database without it, and they begin at once',
    ),
  ];
}

async function checkListenUrl(check: string, source: DataSource, listenUrl: Secret): Promise<Finding> {
  return (await receivesNotifications(listenUrl.reveal(), async (channel) => {
    await source.query('SELECT pg_notify($1, $2)', [channel, '']);
  }))
    ? pass(check, 'they arrive at DATABASE_LISTEN_URL')
    : fail(
        check,
        'none arrives at DATABASE_LISTEN_URL: it is another database than that of DATABASE_URL, or a pooler in transaction mode',
        'Set it to an address of the same database without a pooler',
      );
}

async function checkMigrations(source: DataSource, app: HangarApp): Promise<Finding> {
  try {
    await requireCurrentSchema(source);
    await requireCurrentAppSchema(source, app);
    const count = app.migrations?.length ?? 0;
    return pass('migrations', `the schema is current${count > 0 ? `, with ${count} migration(s) of the app` : ''}`);
  } catch (error) {
    return fail('migrations', causeText(error));
  }
}
