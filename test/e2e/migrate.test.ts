import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { type CommandResult, hangarCommand, hangarProcess } from '../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { TEST_KEYS } from '../support/service-context.js';
import { until } from '../support/until.js';

const NAMES = MIGRATIONS.map(({ name }) => name);

describe('hangar migrate', () => {
  let database: TestDatabase | undefined;
  let door: Server | undefined;
  const sockets: Socket[] = [];

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    door?.close();
    door = undefined;
    await database?.drop();
    database = undefined;
  });

  /** Takes connections at the port: passes them on to a database, or says nothing. */
  async function openDoor(port: number, url?: string): Promise<void> {
    door = createServer((socket) => {
      sockets.push(socket.on('error', () => undefined));
      if (!url) return;
      const { port: behind, hostname } = new URL(url);
      const other = connect(Number(behind), hostname).on('error', () => undefined);
      sockets.push(other);
      socket.pipe(other).pipe(socket);
    }).listen(port, '127.0.0.1');
    await once(door, 'listening');
  }

  async function migrate(url: string, ...options: string[]): Promise<CommandResult> {
    return hangarCommand(['migrate', '--json', ...options], environmentOf(url));
  }

  it('waits for a database that starts later, and can run twice, also concurrently', async () => {
    database = await createTestDatabase({ empty: true });
    const port = await freePort();
    const behindDoor = Object.assign(new URL(database.url), { port: String(port) }).href;
    const waiting = new Set<number>();
    const waits = async (index: number): Promise<CommandResult> =>
      hangarProcess(['migrate', '--json', '--wait', '600'], environmentOf(behindDoor), '', () => waiting.add(index));
    const both = Promise.all([waits(0), waits(1)]);
    await until('both to say that they wait', () => waiting.size === 2);
    await openDoor(port, database.url);
    const results = await both;
    expect(results.map(({ code }) => code)).toEqual([0, 0]);
    for (const { stderr } of results) expect(stderr).toMatch(/cannot be reached \(ECONNREFUSED\): \d+ s left/);
    const ran = results.flatMap(({ stdout }) => (JSON.parse(stdout) as { migrations: string[] }).migrations);
    expect(ran).toEqual(NAMES);
    expect(JSON.parse((await migrate(database.url)).stdout)).toEqual({ migrations: [] });
  });

  it('fails after the time-out, also if the database accepts connections but never responds', async () => {
    const port = await freePort();
    const url = `postgres://hangar:hush@127.0.0.1:${port}/hangar`;
    await openDoor(port);
    const [refused, silent] = await Promise.all([
      migrate(`postgres://hangar:hush@127.0.0.1:${await freePort()}/hangar`, '--wait', '1'),
      migrate(url, '--wait', '1'),
    ]);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('could not be reached for 1 s (ECONNREFUSED)');
    expect(silent.code).toBe(1);
    expect(silent.stderr).toContain('could not be reached for 1 s');
    expect(refused.stderr + silent.stderr).not.toMatch(/hush|^\s+at /m);
  });

  it('does not wait by default, nor for errors that waiting does not fix', async () => {
    database = await createTestDatabase({ empty: true });
    const absent = Object.assign(new URL(database.url), { pathname: 'no_such_database' }).href;
    const [refused, away] = await Promise.all([
      migrate(absent, '--wait', '60'),
      migrate(`postgres://u:p@127.0.0.1:${await freePort()}/d`),
    ]);
    expect(refused.stderr).toContain('PostgreSQL rejected the connection');
    expect(away.stderr).not.toContain('left');
    expect([refused.code, away.code]).toEqual([1, 1]);
  });
});

function environmentOf(url: string): Record<string, string> {
  return { DATABASE_URL: url, HANGAR_ENCRYPTION_KEYS: TEST_KEYS };
}
