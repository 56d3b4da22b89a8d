import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { postgresUser } from '../../src/database/embedded/postgres-user.js';
import { dataFolder } from './data-folder.js';
import { freePort } from './free-port.js';

const INSTALLED = '/usr/lib/postgresql';
const SETTINGS = ['-c listen_addresses=127.0.0.1', `-c unix_socket_directories=''`, '-c fsync=off'];

/** The programs of the newest PostgreSQL that Debian's packages installed: unlike those of npm they have `pg_dump`. */
export const systemPrograms = newestPrograms();

/** An empty PostgreSQL of Debian's packages, without a password. */
export class SystemPostgres {
  private constructor(
    private readonly dataDir: string,
    readonly url: string,
  ) {}

  /** Makes and starts it. */
  static async start(): Promise<SystemPostgres> {
    const dataDir = dataFolder();
    const port = await freePort();
    const postgres = new SystemPostgres(dataDir, `postgres://hangar@127.0.0.1:${port}/postgres`);
    const user = postgresUser();
    mkdirSync(postgres.folder, { mode: 0o700 });
    if (user) chownSync(postgres.folder, user.uid, user.gid);
    try {
      postgres.run('initdb', ['-U', 'hangar', '--auth=trust', '--encoding=UTF8', '--locale=C']);
      const log = join(postgres.folder, 'server.log');
      postgres.run('pg_ctl', ['start', '-w', '-l', log, '-o', [`-p ${port}`, ...SETTINGS].join(' ')]);
      return postgres;
    } catch (error) {
      postgres.remove();
      throw error;
    }
  }

  /** Stops it, and leaves its files. */
  stop(): void {
    this.run('pg_ctl', ['stop', '-w', '-m', 'fast']);
  }

  /** Stops it where it runs, and deletes its files. */
  remove(): void {
    if (existsSync(join(this.folder, 'postmaster.pid'))) this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  private get folder(): string {
    return join(this.dataDir, 'postgres');
  }

  private run(program: 'initdb' | 'pg_ctl', args: readonly string[]): void {
    const { uid, gid } = postgresUser() ?? {};
    const account = uid === undefined || gid === undefined ? {} : { uid, gid };
    execFileSync(join(systemPrograms ?? '', program), ['-D', this.folder, ...args], {
      ...account,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
}

function newestPrograms(): string | undefined {
  if (!existsSync(INSTALLED)) return undefined;
  const versions = readdirSync(INSTALLED).filter((version) => existsSync(join(INSTALLED, version, 'bin', 'pg_dump')));
  const newest = versions.toSorted((one, other) => Number(other) - Number(one))[0];
  return newest === undefined ? undefined : join(INSTALLED, newest, 'bin');
}
