import { spawnSync } from 'node:child_process';
import { appendFileSync, chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { PostgresCluster } from '../../src/database/embedded/postgres-cluster.js';
import { PostgresPrograms } from '../../src/database/embedded/postgres-programs.js';
import { postgresUser } from '../../src/database/embedded/postgres-user.js';
import { migrateDatabase } from '../../src/server/migrate.js';
import { dataFolder } from './data-folder.js';
import { freePort } from './free-port.js';
import { until } from './until.js';

const DATABASE = 'postgres';
const STANDBY = 'standby';
/** It ends with its processes and not with the machine, so what it wrote is there without a sync too. */
const SETTINGS = ['listen_addresses=127.0.0.1', `unix_socket_directories=''`, 'fsync=off'];

/** How PostgreSQL ends: its clients are told and its files are in order (`fast`), or as in a crash (`immediate`). */
export type Ending = 'fast' | 'immediate';

/** What differs from a PostgreSQL as {@link OwnPostgres.start} makes it. */
export interface OwnPostgresOptions {
  /** Where its files are; it is removed with them. */
  readonly dataDir?: string;
  /** Changes the files of the cluster, in this folder, before its first start. */
  readonly prepare?: (folder: string) => void;
}

/** A migrated PostgreSQL of a test's own, which it may stop and start again at the same port. */
export class OwnPostgres {
  private running = false;
  private address = '';

  private constructor(
    private readonly programs: PostgresPrograms,
    private readonly cluster: PostgresCluster,
    private readonly dataDir: string,
    readonly port: number,
  ) {}

  /** Makes and starts it. Leaves nothing behind when it fails. */
  static async start({ dataDir = dataFolder(), prepare }: OwnPostgresOptions = {}): Promise<OwnPostgres> {
    const user = postgresUser();
    const programs = await PostgresPrograms.find(user);
    const cluster = new PostgresCluster(programs, user, join(dataDir, 'postgres'));
    const postgres = new OwnPostgres(programs, cluster, dataDir, await freePort());
    try {
      await cluster.createOnce();
      prepare?.(cluster.folder);
      await postgres.launch();
      postgres.address = cluster.url(DATABASE);
      await migrateDatabase(postgres.url);
      return postgres;
    } catch (error) {
      await postgres.remove();
      throw error;
    }
  }

  /** The database's address. Contains a password. */
  get url(): string {
    return this.address;
  }

  /** Stops it, and starts it again once `during` has resolved. */
  async outage(ending: Ending, during: () => Promise<unknown>): Promise<void> {
    await this.halt(ending);
    await during();
    await this.launch();
  }

  /** Starts it where it has ended by itself, as a supervisor does it, and waits until it answers. */
  async revive(): Promise<void> {
    await until('PostgreSQL to answer', async () => {
      if (!(await this.hasServer())) await this.launch().catch(() => undefined); // it was ending, or ends again
      return this.query('SELECT 1').then(
        () => true,
        () => false,
      );
    });
  }

  /** Runs a statement on a connection of its own, and resolves with its rows. */
  async query<R extends QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]> {
    const client = new Client({ connectionString: this.url });
    client.on('error', () => undefined); // the query rejects with it
    await client.connect();
    try {
      return (await client.query<R>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  /**
   * Makes a standby that this one waits for at each commit, from a copy of its files. Its database has the same users and
   * passwords.
   */
  async startStandby(): Promise<OwnPostgres> {
    const dataDir = dataFolder();
    const cluster = new PostgresCluster(this.programs, postgresUser(), join(dataDir, 'postgres'));
    const standby = new OwnPostgres(this.programs, cluster, dataDir, await freePort());
    const client = new Client({ connectionString: this.url });
    await client.connect();
    try {
      await client.query(`SELECT pg_backup_start('standby', true)`);
      standby.copyFrom(this.cluster.folder);
      const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop()');
      standby.follow(this.url, rows[0]?.labelfile ?? '');
      await standby.launch();
      standby.address = cluster.url(DATABASE);
      await client.query(`ALTER SYSTEM SET synchronous_standby_names TO '${STANDBY}'`);
      await client.query('SELECT pg_reload_conf()');
    } catch (error) {
      await standby.remove();
      throw error;
    } finally {
      await client.end();
    }
    return standby;
  }

  /** Makes a primary of a standby. */
  async promote(): Promise<void> {
    await this.programs.run('pg_ctl', ['promote', '-D', this.cluster.folder, '-w']);
  }

  /** Stops it. */
  async end(ending: Ending): Promise<void> {
    await this.halt(ending);
  }

  private async hasServer(): Promise<boolean> {
    return this.programs.run('pg_ctl', ['status', '-D', this.cluster.folder]).then(
      () => true,
      () => false,
    );
  }

  private copyFrom(folder: string): void {
    mkdirSync(dirname(this.cluster.folder), { recursive: true });
    const { status, stderr } = spawnSync('cp', ['-a', folder, this.cluster.folder]);
    // A file that PostgreSQL deletes meanwhile is not in the copy.
    if (status !== 0 && !/No such file/.test(String(stderr))) throw new Error(`cp: ${String(stderr)}`);
    for (const name of ['postmaster.pid', 'postmaster.opts']) rmSync(join(this.cluster.folder, name), { force: true });
  }

  private follow(primary: string, label: string): void {
    const { hostname, port, username, password } = new URL(primary);
    const primaryInfo = `host=${hostname} port=${port} user=${username} password=${password} application_name=${STANDBY}`;
    const file = (name: string): string => join(this.cluster.folder, name);
    writeFileSync(file('backup_label'), label);
    writeFileSync(file('standby.signal'), '');
    appendFileSync(file('postgresql.auto.conf'), `primary_conninfo = '${primaryInfo}'\n`);
    const user = postgresUser();
    for (const name of ['backup_label', 'standby.signal']) if (user) chownSync(file(name), user.uid, user.gid);
  }

  /** Stops it and deletes its files. */
  async remove(): Promise<void> {
    if (this.running && (await this.hasServer())) await this.halt('fast');
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private async launch(): Promise<void> {
    const { folder } = this.cluster;
    const settings = [`port=${this.port}`, ...SETTINGS].map((setting) => `-c ${setting}`);
    const how = ['-w', '-l', join(folder, 'server.log'), '-o', settings.join(' ')];
    await this.programs.run('pg_ctl', ['start', '-D', folder, ...how]);
    this.running = true;
  }

  private async halt(ending: Ending): Promise<void> {
    await this.programs.run('pg_ctl', ['stop', '-D', this.cluster.folder, '-m', ending, '-w']);
    this.running = false;
  }
}
