import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedDatabaseError } from './embedded-database.error.js';
import { canConnect, freePort } from './loopback.js';
import { type PostgresPrograms } from './postgres-programs.js';
import { type PostgresUser } from './postgres-user.js';

const SUPERUSER = 'hangar';
const PASSWORD_FILE = 'hangar.password';
const LOG_FILE = 'hangar.log';
const START_SECONDS = 60;
const PAUSE_MS = 100;
/** Independent of what the system has installed. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
/** Loopback only; a socket file would need a short path. Connections for two replicas of every role. */
const SERVER_SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** One folder of PostgreSQL data and the server that runs on it. The folder holds its own password. */
export class PostgresCluster {
  constructor(
    private readonly programs: PostgresPrograms,
    private readonly user: PostgresUser | undefined,
    readonly folder: string,
    private readonly settings: Readonly<Record<string, string>> = {},
  ) {}

  /** Creates the cluster where there is none. An interrupted creation leaves nothing that counts. */
  async createOnce(): Promise<void> {
    if (existsSync(join(this.folder, 'PG_VERSION'))) return this.requireSameMajorVersion();
    const half = `${this.folder}.${randomBytes(4).toString('hex')}`;
    const password = randomBytes(24).toString('base64url');
    this.ownedFolder(half);
    const passwordFile = `${half}.password`;
    this.ownedFile(passwordFile, password);
    try {
      await this.initialise(half, passwordFile);
      this.ownedFile(join(half, PASSWORD_FILE), password);
      renameSync(half, this.folder);
    } catch (error) {
      if (!existsSync(join(this.folder, 'PG_VERSION'))) throw error; // else another start was faster
    } finally {
      rmSync(half, { recursive: true, force: true });
      rmSync(passwordFile, { force: true });
    }
  }

  /** Starts the server, or adopts the one that runs on this folder. Resolves with true where it started one. */
  async start(): Promise<boolean> {
    const giveUpAt = Date.now() + START_SECONDS * 1000;
    while (Date.now() < giveUpAt) {
      if (!(await this.isRunning()) && (await this.launch())) return true;
      if (await this.answers()) return false;
      await wait(PAUSE_MS); // it is starting, recovering, or dead and not yet gone
    }
    throw this.startError('it runs, but does not answer');
  }

  /** Stops the server: its clients are disconnected, its data is safe. */
  async stop(): Promise<void> {
    if (await this.isRunning())
      await this.programs.run('pg_ctl', ['stop', '-D', this.folder, '-m', 'fast', '-w']);
  }

  /** The address of a database of the running server. Holds the password. */
  url(database: string): string {
    const password = readFileSync(join(this.folder, PASSWORD_FILE), 'utf8');
    const [, , , port] = readFileSync(join(this.folder, 'postmaster.pid'), 'utf8').split('\n');
    return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port?.trim()}/${database}`;
  }

  /** Resolves with false where another process was faster. */
  private async launch(): Promise<boolean> {
    const settings = { ...SERVER_SETTINGS, ...this.settings, port: String(await freePort()) };
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
    const how = [
      '-w',
      '-t',
      String(START_SECONDS),
      '-l',
      join(this.folder, LOG_FILE),
      '-o',
      options.join(' '),
    ];
    try {
      await this.programs.run('pg_ctl', ['start', '-D', this.folder, ...how]);
      return true;
    } catch (error) {
      if (await this.isRunning()) return false;
      throw this.startError(String((error as { stderr?: string }).stderr ?? error));
    }
  }

  private async answers(): Promise<boolean> {
    return existsSync(join(this.folder, 'postmaster.pid')) && canConnect(this.url('postgres'));
  }

  private async isRunning(): Promise<boolean> {
    return this.programs.run('pg_ctl', ['status', '-D', this.folder]).then(
      () => true,
      () => false,
    );
  }

  private async initialise(folder: string, passwordFile: string): Promise<void> {
    const access = ['-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await this.programs.run('initdb', ['-D', folder, ...access, ...LOCALE]);
  }

  private async requireSameMajorVersion(): Promise<void> {
    const made = readFileSync(join(this.folder, 'PG_VERSION'), 'utf8').trim();
    const ours = await this.programs.majorVersion();
    if (made === String(ours)) return;
    throw new EmbeddedDatabaseError(
      `${this.folder} was made by PostgreSQL ${made}, and this Hangar brings PostgreSQL ${ours}`,
      `move that folder away to start with an empty database, or dump it with PostgreSQL ${made} and set DATABASE_URL`,
    );
  }

  private startError(reason: string): Error {
    const log = join(this.folder, LOG_FILE);
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-5) : [reason];
    return new EmbeddedDatabaseError(
      `it did not start; it said\n    ${lines.join('\n    ')}`,
      `read ${log}, or set DATABASE_URL`,
    );
  }

  private ownedFolder(path: string): void {
    rmSync(path, { recursive: true, force: true });
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
    mkdirSync(path, { mode: 0o700 });
    if (this.user) chownSync(path, this.user.uid, this.user.gid);
  }

  private ownedFile(path: string, text: string): void {
    writeFileSync(path, text, { mode: 0o600 });
    if (this.user) chownSync(path, this.user.uid, this.user.gid);
  }
}
