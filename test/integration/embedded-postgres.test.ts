import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, type QueryResultRow } from 'pg';
import { PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import { postgresUrl } from '../../src/config/parsers.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { sessionSettings } from '../../src/database/session-settings.js';
import { EmbeddedPostgres } from '../../src/database/embedded/embedded-postgres.js';
import { generatedKeys } from '../../src/database/embedded/generated-keys.js';
import { dataFolder } from '../support/data-folder.js';
import { until } from '../support/until.js';
import { startProcess } from '../support/start-process.js';

const MODULE = resolve('dist/src/database/embedded/embedded-postgres.js');

describe('the embedded PostgreSQL', () => {
  const folders: string[] = [];
  const opened: EmbeddedPostgres[] = [];
  const empty = (): string => {
    const made = dataFolder();
    folders.push(made);
    return made;
  };
  /** With a PostgreSQL that was made before; making one takes longer than all else here. */
  let template: string;
  const folder = (): string => {
    const made = empty();
    execFileSync('cp', ['-a', join(template, 'postgres'), made]);
    return made;
  };
  const open = async (dataDir: string, exclusive: boolean): Promise<EmbeddedPostgres> => {
    const postgres = await EmbeddedPostgres.open({ dataDir, exclusive });
    opened.push(postgres);
    return postgres;
  };

  beforeAll(async () => {
    template = dataFolder();
    const made = await EmbeddedPostgres.open({ dataDir: template, exclusive: true });
    await query(made.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await made.close();
  });

  afterAll(() => rmSync(template, { recursive: true }));

  afterEach(async () => {
    for (const postgres of opened.splice(0)) await postgres.close();
    for (const made of folders.splice(0)) rmSync(made, { recursive: true });
  });

  it('is initialized once, keeps its data, and stops with its owner', async () => {
    expect(existsSync(join(template, 'postgres', 'postmaster.pid'))).toBe(false);
    const second = await open(template, true);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('rejects a second server on the same folder and names the first', async () => {
    const dataDir = folder();
    await open(dataDir, true);
    await expect(open(dataDir, true)).rejects.toThrow(
      new RegExp(`in use by another Hangar \\(hangar server, process ${process.pid}\\)[^]*HANGAR_DATA_DIR`),
    );
  });

  it('is shared by a server and a command, survives the command, and does not inherit the environment', async () => {
    process.env['HANGAR_CANARY'] = 'canary';
    const dataDir = folder();
    const server = await open(dataDir, true);
    delete process.env['HANGAR_CANARY'];
    const command = await open(dataDir, false);
    await command.close();
    expect(await query(server.url, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
    expect(readFileSync(`/proc/${postmaster(dataDir)}/environ`, 'utf8')).not.toContain('canary');
  });

  it('survives the command that started it once a server has adopted it', async () => {
    const dataDir = folder();
    const command = await open(dataDir, false);
    const server = await open(dataDir, true);
    await command.close();
    expect(await query(server.url, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  });

  it('is adopted after SIGKILL of its owner', async () => {
    const dataDir = folder();
    const owner = await ownerProcess(dataDir);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    const pid = postmaster(dataDir);
    const adopted = await open(dataDir, true);
    expect(postmaster(dataDir)).toBe(pid);
    await adopted.close();
    await until('PostgreSQL to be gone', () => !isRunning(pid));
  });

  it('starts again after its own SIGKILL', async () => {
    const dataDir = folder();
    const first = await open(dataDir, false);
    await query(first.url, 'UPDATE kept SET answer = 43');
    process.kill(postmaster(dataDir), 'SIGKILL');
    const second = await open(dataDir, true);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 43 }]);
  });

  it('waits for the processes of its killed server', async () => {
    const dataDir = folder();
    await open(dataDir, false);
    const pid = postmaster(dataDir);
    const child = checkpointer(pid);
    process.kill(child, 'SIGSTOP');
    process.kill(pid, 'SIGKILL');
    const opening = open(dataDir, true);
    const log = join(dataDir, 'postgres', 'hangar.log');
    await until('a start to fail', () =>
      readFileSync(log, 'utf8').includes('pre-existing shared memory block'),
    ).finally(() => process.kill(child, 'SIGCONT'));
    expect(await query((await opening).url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it.each([`it's "one" of $HOME`, '`id` \\ ü'])('works in a data folder named %s', async (name) => {
    const dataDir = join(empty(), name);
    const first = await open(dataDir, true);
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.close();
    opened.length = 0;
    const second = await open(dataDir, true);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('starts although another process has the number of its killed server', async () => {
    const dataDir = folder();
    const first = await open(dataDir, true);
    const path = join(dataDir, 'postgres', 'postmaster.pid');
    const [text, { uid, gid }] = [readFileSync(path, 'utf8'), statSync(path)];
    await first.close();
    opened.length = 0;
    writeFileSync(path, text.replace(/^\d+/, String(process.pid)), { mode: 0o600 });
    chownSync(path, uid, gid);
    const second = await open(dataDir, true);
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('is reached by its socket too, by both forms of the address', async () => {
    const dataDir = folder();
    const sockets = join(dataDir, 'postgres');
    const postgres = await EmbeddedPostgres.open({ dataDir, settings: { unix_socket_directories: '.' } });
    opened.push(postgres);
    const { username, password, port } = new URL(postgres.url);
    const forms = [
      `postgres://${username}:${password}@${encodeURIComponent(sockets)}:${port}/hangar`,
      `postgresql://${username}:${password}@/hangar?host=${sockets}&port=${port}`,
    ];
    for (const form of forms) {
      const source = await new DataSource(dataSourceOptions(postgresUrl(form))).initialize();
      expect(await source.query('SELECT inet_server_addr() AS address')).toEqual([{ address: null }]);
      await source.destroy();
      const boss = new PgBoss({
        ...sessionSettings(undefined),
        connectionString: form,
        supervise: false,
        schedule: false,
      });
      boss.on('error', () => undefined);
      await boss.start();
      await boss.stop({ graceful: false });
    }
  });

  it('rejects a data folder of another major version, and says what to do', async () => {
    const dataDir = folder();
    writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '16\n');
    await expect(open(dataDir, true)).rejects.toThrow(
      /was created by PostgreSQL 16[^]*move that folder away[^]*DATABASE_URL/,
    );
  });

  it('is initialized once by two processes that start at the same time', async () => {
    const dataDir = empty();
    const [one, two] = await Promise.all([open(dataDir, false), open(dataDir, false)]);
    expect(one.url).toBe(two.url);
  });

  if (process.getuid?.() === 0)
    it('uses /var/lib/hangar if PostgreSQL’s account cannot access the data folder', async () => {
      const closed = join(empty(), 'closed');
      mkdirSync(closed, { mode: 0o700 });
      const postgres = await open(join(closed, 'data'), true);
      expect(await query(postgres.url, 'SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
      const [row] = await query<{ place: string }>(postgres.url, `SELECT current_setting('data_directory') AS place`);
      await postgres.close();
      const place = row?.place ?? '';
      expect(place).toMatch(/^\/var\/lib\/hangar\/[0-9a-f]{12}\/postgres$/);
      folders.push(dirname(place));
    });

  it('has a generated key that only its owner can read and that does not change', () => {
    const dataDir = empty();
    const keys = generatedKeys(dataDir);
    expect(generatedKeys(dataDir)).toBe(keys);
    expect(statSync(join(dataDir, 'encryption.keys')).mode & 0o777).toBe(0o600);
  });
});

/** A process of its own that opens the folder and waits to be killed. */
async function ownerProcess(dataDir: string): Promise<ChildProcess> {
  const program = `
    const { EmbeddedPostgres } = await import(${JSON.stringify(MODULE)});
    await EmbeddedPostgres.open({ dataDir: ${JSON.stringify(dataDir)}, exclusive: true });
    console.log('open');
    setInterval(() => {}, 1000);`;
  const child = startProcess(['--input-type=module', '-e', program], {});
  child.stderr.pipe(process.stderr);
  await once(child.stdout, 'data');
  return child;
}

function postmaster(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

/** The number of a process that runs as long as its server, whose number is given. */
function checkpointer(server: number): number {
  const children = readFileSync(`/proc/${server}/task/${server}/children`, 'utf8').trim().split(' ');
  const found = children.find((pid) => commandOf(pid).includes('checkpointer'));
  if (found === undefined) throw new Error(`the server ${server} has no checkpointer`);
  return Number(found);
}

/** Empty where the process has ended. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function query<R extends QueryResultRow>(url: string, sql: string): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
}
