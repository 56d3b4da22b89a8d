import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { postgresUser } from '../../src/database/embedded/postgres-user.js';
import { dataFolder } from './data-folder.js';
import { freePort } from './free-port.js';
import { until } from './until.js';

const PROGRAM = '/usr/sbin/pgbouncer';

/** Whether PgBouncer is installed. */
export const pgbouncerFound = existsSync(PROGRAM);

/** What a PgBouncer is told beside its database. */
export interface PgbouncerOptions {
  readonly mode: 'session' | 'transaction' | 'statement';
  readonly poolSize?: number;
  /** How long a client waits for a server connection before the pooler closes its own. */
  readonly waitSeconds?: number;
}

/** A PgBouncer in front of a database. */
export class Pgbouncer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    /** The address of the database through it. Contains a password. */
    readonly url: string,
  ) {}

  /** Starts one in front of the database of this address, and waits until it takes connections. */
  static async start(
    database: string,
    { mode, poolSize = 20, waitSeconds = 120 }: PgbouncerOptions,
  ): Promise<Pgbouncer> {
    const folder = dataFolder();
    const port = await freePort();
    const { hostname, port: serverPort, username, password, pathname } = new URL(database);
    const name = pathname.slice(1);
    const server = `host=${hostname} port=${serverPort} dbname=${name} user=${username} password=${decodeURIComponent(password)}`;
    const file = join(folder, 'pgbouncer.ini');
    const settings = {
      listen_addr: '127.0.0.1',
      listen_port: port,
      unix_socket_dir: '',
      auth_type: 'any',
      pool_mode: mode,
      default_pool_size: poolSize,
      max_client_conn: 500,
      query_wait_timeout: waitSeconds,
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key} = ${value}`);
    writeFileSync(file, ['[databases]', `${name} = ${server}`, '[pgbouncer]', ...lines, ''].join('\n'));
    chmodSync(folder, 0o755);
    const child = spawn(PROGRAM, ['-q', file], { stdio: 'ignore', ...postgresUser() });
    const pooled = new Pgbouncer(child, folder, `postgres://${username}:${password}@127.0.0.1:${port}/${name}`);
    await until('PgBouncer', async () => connects(pooled.url));
    return pooled;
  }

  /** Stops it. */
  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function connects(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    return false;
  }
}
