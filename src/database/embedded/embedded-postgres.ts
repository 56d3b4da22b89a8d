import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DatabaseClient } from '../database-client.js';
import { EmbeddedDatabaseError } from './embedded-database.error.js';
import { InstanceLock } from './instance-lock.js';
import { PostgresCluster } from './postgres-cluster.js';
import { PostgresPrograms, ROOT_STATE_FOLDER } from './postgres-programs.js';
import { canAccess, type PostgresUser, postgresUser } from './postgres-user.js';

const DATABASE = 'hangar';
const ATTEMPTS = 5;
const PAUSE_MS = 300;
const DUPLICATE_DATABASE = '42P04';
const UNIQUE_VIOLATION = '23505';

/** How the embedded PostgreSQL is opened. */
export interface EmbeddedPostgresOptions {
  /** The data folder; the cluster is in its folder `postgres`. */
  readonly dataDir: string;
  /** Whether this is the one server on the folder; a command that runs beside a server omits it. */
  readonly exclusive?: boolean;
  /** Settings of the server, by name, as in `postgresql.conf`. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A PostgreSQL server in the data folder: started, or adopted where a killed process left it running. */
export class EmbeddedPostgres {
  private constructor(
    private readonly cluster: PostgresCluster,
    private readonly started: boolean,
    private readonly lock: InstanceLock | undefined,
  ) {}

  /**
   * Creates, starts or adopts the server and its database.
   *
   * @throws {EmbeddedDatabaseError} another server uses the folder, another version created it, or it does not start
   */
  static async open(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await EmbeddedPostgres.openOnce(options);
      } catch (error) {
        if (error instanceof EmbeddedDatabaseError || attempt === ATTEMPTS) throw error;
        await wait(PAUSE_MS); // the server to adopt has just stopped
      }
    }
  }

  private static async openOnce(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
    const user = postgresUser();
    const programs = await PostgresPrograms.find(user);
    const cluster = new PostgresCluster(programs, user, clusterFolder(options.dataDir, user), options.settings);
    await cluster.createOnce();
    const started = await cluster.start();
    try {
      await createDatabase(cluster.url('postgres'));
      const lock = options.exclusive ? await takeLock(cluster) : undefined;
      return new EmbeddedPostgres(cluster, started, lock);
    } catch (error) {
      if (started) await cluster.stop();
      throw error;
    }
  }

  /** The database's address, with its password. */
  get url(): string {
    return this.cluster.url(DATABASE);
  }

  /** The address of another database of the same server, with its password. */
  urlOf(database: string): string {
    return this.cluster.url(database);
  }

  /** Stops the server, unless another running Hangar started or adopted it. */
  async close(): Promise<void> {
    if (this.lock) {
      await this.cluster.stop(); // while locked, so that no process adopts a server that is about to stop
      return this.lock.release();
    }
    if (this.started && (await InstanceLock.isFree(this.url))) await this.cluster.stop();
  }
}

function clusterFolder(dataDir: string, user: PostgresUser | undefined): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o755 });
  const folder = realpathSync(dataDir);
  if (canAccess(user, folder)) return join(folder, 'postgres');
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  return join(ROOT_STATE_FOLDER, name, 'postgres');
}

async function takeLock(cluster: PostgresCluster): Promise<InstanceLock> {
  const lock = await InstanceLock.take(cluster.url(DATABASE));
  if (lock instanceof InstanceLock) return lock;
  throw new EmbeddedDatabaseError(
    `${cluster.folder} is in use by another Hangar (${lock})`,
    'stop that process, or give this one its own HANGAR_DATA_DIR, or give both one DATABASE_URL',
  );
}

async function createDatabase(url: string): Promise<void> {
  const client = new DatabaseClient({ connectionString: url });
  client.on('error', () => undefined); // connect() rejects too
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (!rowCount) await client.query(`CREATE DATABASE ${DATABASE}`);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== DUPLICATE_DATABASE && code !== UNIQUE_VIOLATION) throw error;
  } finally {
    await client.end();
  }
}
