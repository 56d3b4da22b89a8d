import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { PostgresCluster } from '../../src/database/embedded/postgres-cluster.js';
import { PostgresPrograms } from '../../src/database/embedded/postgres-programs.js';
import { postgresUser } from '../../src/database/embedded/postgres-user.js';
import { migrateDatabase } from '../../src/server/migrate.js';
import { dataFolder } from './data-folder.js';
import { freePort } from './free-port.js';

const DATABASE = 'postgres';
/** It ends with its processes and not with the machine, so what it wrote is there without a sync too. */
const SETTINGS = ['listen_addresses=127.0.0.1', `unix_socket_directories=''`, 'fsync=off'];

/** How PostgreSQL ends: its clients are told and its files are in order (`fast`), or as in a crash (`immediate`). */
export type Ending = 'fast' | 'immediate';

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
  static async start(): Promise<OwnPostgres> {
    const user = postgresUser();
    const programs = await PostgresPrograms.find(user);
    const dataDir = dataFolder();
    const cluster = new PostgresCluster(programs, user, join(dataDir, 'postgres'));
    const postgres = new OwnPostgres(programs, cluster, dataDir, await freePort());
    try {
      await cluster.createOnce();
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

  /** Runs a statement on a connection of its own, and resolves with its rows. */
  async query<R extends QueryResultRow>(sql: string, values?: unknown[]): Promise<R[]> {
    const client = new Client({ connectionString: this.url });
    await client.connect();
    try {
      return (await client.query<R>(sql, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Stops it and deletes its files. */
  async remove(): Promise<void> {
    if (this.running) await this.halt('fast');
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
