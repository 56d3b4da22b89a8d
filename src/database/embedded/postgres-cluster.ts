import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { EmbeddedDatabaseError } from './embedded-database.error.js';
import { canConnect, freePort } from './loopback.js';
import { correctStalePidFile } from './stale-pid-file.js';
import { type PostgresPrograms } from './postgres-programs.js';
import { type PostgresUser } from './postgres-user.js';

const SUPERUSER = 'hangar';
const PASSWORD_FILE = 'hangar.password';
const LOG_FILE = 'hangar.log';
const START_SECONDS = 60;
const PAUSE_MS = 100;
/** What PostgreSQL says where processes of a killed server are about to end. */
const KILLED_ENDS = 'pre-existing shared memory block';
/** Independent of the locales of the system. */
const LOCALE = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
/** Loopback only: the path of a Unix socket would be too long. Connections for two replicas of every role. */
const SERVER_SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** A PostgreSQL data folder and its server. The folder contains the password. */
export class PostgresCluster {
  constructor(
    private readonly programs: PostgresPrograms,
    private readonly user: PostgresUser | undefined,
    readonly folder: string,
    private readonly settings: Readonly<Record<string, string>> = {},
  ) {}

  /** Creates the cluster where there is none: in a temporary folder, renamed when complete. */
  async createOnce(): Promise<void> {
    if (existsSync(join(this.folder, 'PG_VERSION'))) return this.requireSameMajorVersion();
    const draft = `${this.folder}.${randomBytes(4).toString('hex')}`;
    const password = randomBytes(24).toString('base64url');
    this.ownedFolder(draft);
    const passwordFile = `${draft}.password`;
    this.ownedFile(passwordFile, password);
    try {
      await this.initialise(draft, passwordFile);
      this.ownedFile(join(draft, PASSWORD_FILE), password);
      renameSync(draft, this.folder);
    } catch (error) {
      if (!existsSync(join(this.folder, 'PG_VERSION'))) throw error; // otherwise another process was faster
    } finally {
      rmSync(draft, { recursive: true, force: true });
      rmSync(passwordFile, { force: true });
    }
  }

  /** Starts the server, or adopts the one that runs on this folder. Resolves with true where it started one. */
  async start(): Promise<boolean> {
    const deadline = Date.now() + START_SECONDS * 1000;
    while (Date.now() < deadline) {
      if (!(await this.isRunning()) && (await this.launch())) return true;
      if (await this.isResponding()) return false;
      await wait(PAUSE_MS); // it is starting, recovering, or about to exit
    }
    throw this.startError('it runs, but does not respond');
  }

  /** Stops the server in mode `fast`: clients are disconnected, data is written. */
  async stop(): Promise<void> {
    if (await this.isRunning()) await this.programs.run('pg_ctl', ['stop', '-D', '.', '-m', 'fast', '-w'], this.folder);
  }

  /** The address of a database of the running server, with its password. */
  url(database: string): string {
    const password = readFileSync(join(this.folder, PASSWORD_FILE), 'utf8');
    const [, , , port] = readFileSync(join(this.folder, 'postmaster.pid'), 'utf8').split('\n');
    return `postgres://${SUPERUSER}:${password}@127.0.0.1:${port?.trim()}/${database}`;
  }

  /** Resolves with false where another process was faster, or processes of a killed server have not ended yet. */
  private async launch(): Promise<boolean> {
    const settings = { ...SERVER_SETTINGS, ...this.settings, port: String(await freePort()) };
    const options = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`);
    const flags = ['-w', '-t', String(START_SECONDS), '-l', LOG_FILE, '-o', options.join(' ')];
    try {
      await this.programs.run('pg_ctl', ['start', '-D', '.', ...flags], this.folder);
      return true;
    } catch (error) {
      if (await this.isRunning()) return false;
      const failure = this.startError(String((error as { stderr?: string }).stderr ?? error));
      if (failure.message.includes(KILLED_ENDS)) return false;
      throw failure;
    }
  }

  private async isResponding(): Promise<boolean> {
    return existsSync(join(this.folder, 'postmaster.pid')) && canConnect(this.url('postgres'));
  }

  private async isRunning(): Promise<boolean> {
    correctStalePidFile(this.folder);
    return this.programs.run('pg_ctl', ['status', '-D', '.'], this.folder).then(
      () => true,
      () => false,
    );
  }

  private async initialise(folder: string, passwordFile: string): Promise<void> {
    const access = ['-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    await this.programs.run('initdb', ['-D', '.', ...access, ...LOCALE], folder);
  }

  private async requireSameMajorVersion(): Promise<void> {
    const version = readFileSync(join(this.folder, 'PG_VERSION'), 'utf8').trim();
    const ours = await this.programs.majorVersion();
    if (version === String(ours)) return;
    throw new EmbeddedDatabaseError(
      `${this.folder} was created by PostgreSQL ${version}, and this Hangar contains PostgreSQL ${ours}`,
      `move that folder away to start with an empty database, or dump it with PostgreSQL ${version} and set DATABASE_URL`,
    );
  }

  private startError(reason: string): Error {
    const log = join(this.folder, LOG_FILE);
    const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n').slice(-5) : [reason];
    return new EmbeddedDatabaseError(
      `it did not start; its log:\n    ${lines.join('\n    ')}`,
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
