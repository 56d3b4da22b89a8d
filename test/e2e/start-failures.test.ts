import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startServer } from '../../src/server/start-server.js';
import { describeError } from '../../src/server/startup-error.js';
import { forgetDeclaredHandlers } from '../../src/webhooks/discovery/declared-handlers.js';
import { hangarCommand } from '../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { dataFolder } from '../support/data-folder.js';
import { freePort } from '../support/free-port.js';
import { HangarProcess } from '../support/hangar-process.js';
import { HangingProxy } from '../support/hanging-proxy.js';

const KEYS = `test:${Buffer.alloc(32, 1).toString('base64')}`;

describe('a failed start', () => {
  const folder = dataFolder();
  let database: TestDatabase | undefined;
  let taken: Server | undefined;

  beforeEach(() => {
    forgetDeclaredHandlers(); // of other test files in this process
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
  });

  afterEach(async () => {
    await database?.drop();
    taken?.close();
    [database, taken] = [undefined, undefined];
    rmSync(folder, { recursive: true, force: true });
  });

  /** Starts the server as `main.js` does, in this process, and resolves with its message. */
  async function failure(environment: Record<string, string>): Promise<{ code: number; text: string }> {
    const own = { HOST: '127.0.0.1', PORT: String(await freePort()), METRICS_PORT: '0', HANGAR_DATA_DIR: folder };
    const given = { ...own, LOG_LEVEL: 'fatal' };
    const error = await startServer({ ...given, ...environment }).then(
      async (server) => {
        await server.close();
        throw new Error('it has started');
      },
      (failed: unknown) => failed,
    );
    const described = describeError(error, 'Hangar cannot start');
    expect(described.text).not.toMatch(/^\s+at /m);
    return described;
  }

  /** The same in a process of its own. */
  async function processFailure(environment: Record<string, string>): Promise<{ code: number | string; text: string }> {
    const hangar = await HangarProcess.launch({ LOG_LEVEL: 'warn', ...environment });
    const code = await hangar.exit();
    expect(hangar.log).not.toMatch(/^\s+at /m);
    return { code, text: hangar.log };
  }

  async function emptyDatabase(): Promise<{ DATABASE_URL: string; HANGAR_ENCRYPTION_KEYS: string }> {
    database = await createTestDatabase({ empty: true });
    return { DATABASE_URL: database.url, HANGAR_ENCRYPTION_KEYS: KEYS };
  }

  async function migratedDatabase(): Promise<{ DATABASE_URL: string; HANGAR_ENCRYPTION_KEYS: string }> {
    database = await createTestDatabase();
    return { DATABASE_URL: database.url, HANGAR_ENCRYPTION_KEYS: KEYS };
  }

  it.each([
    ['DATABASE_URL', 'postgres://u:a@Hunter2/b@db/x'],
    ['HTTPS_PROXY', 'http://u:a@Hunter2/b@proxy:3128'],
  ])('prints no part of a password in %s that is not encoded, in any command', async (name, value) => {
    const environment = { [name]: value, HANGAR_DATA_DIR: folder };
    const outputs = [await processFailure(environment)];
    for (const command of ['doctor', 'migrate']) {
      const { stdout, stderr, code } = await hangarCommand([command], environment);
      outputs.push({ code: code ?? 'no code', text: stdout + stderr });
    }
    for (const { code, text } of outputs) {
      expect(code).not.toBe(0);
      expect(text).toMatch(new RegExp(`${name} must be .*@ as %40`));
      expect(text).not.toContain('Hunter2');
    }
  });

  it('lists every error in the configuration', async () => {
    const { code, text } = await processFailure({
      PLANE_BASE_URL: 'nonsense',
      LOG_LEVEL: 'loud',
      PLANE_CLIENT_ID: 'id',
    });
    expect(code).toBe(78);
    expect(text).toContain('3 errors');
    for (const name of ['PLANE_BASE_URL', 'LOG_LEVEL', 'PLANE_CLIENT_SECRET']) expect(text).toContain(`  ${name} `);
  });

  it('lists what production requires', async () => {
    const { code, text } = await failure({ NODE_ENV: 'production' });
    expect(code).toBe(78);
    expect(text).toMatch(/PLANE_CLIENT_ID is required with NODE_ENV=production: the simulator is for development/);
    expect(text).toMatch(
      /DATABASE_URL is required with NODE_ENV=production: the embedded PostgreSQL is for development/,
    );
    expect(text).toMatch(/HANGAR_ENCRYPTION_KEYS is required/);
  });

  it('reports a port in use', async () => {
    const port = await freePort();
    taken = createServer().listen(port, '127.0.0.1');
    await once(taken, 'listening');
    const { code, text } = await failure({ ...(await migratedDatabase()), PORT: String(port) });
    expect(code).toBe(1);
    expect(text).toContain(`port ${port} on 127.0.0.1 is in use`);
    expect(text).toContain('set PORT');
  });

  it('reports a simulator port in use', async () => {
    const port = await freePort();
    taken = createServer().listen(port + 1, '127.0.0.1');
    await once(taken, 'listening');
    const { text } = await failure({ ...(await migratedDatabase()), PORT: String(port) });
    expect(text).toContain(String(port + 1));
    expect(text).toMatch(/taken|in use/);
  });

  it('names the key file that cannot be used, and stops the PostgreSQL that it started', async () => {
    writeFileSync(join(folder, 'encryption.keys'), 'nonsense');
    const { code, text } = await failure({});
    expect(code).toBe(1);
    expect(text).toContain(`its key file ${join(folder, 'encryption.keys')} must be "kid:base64 of 32 bytes"`);
    expect(existsSync(join(folder, 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('reports an old schema and does not change it', async () => {
    const { code, text } = await failure(await emptyDatabase());
    expect(code).toBe(1);
    expect(text).toMatch(/lacks \d+ migration\(s\): MainPath1764000000000.*npx hangar migrate/);
    expect(await database?.query(`SELECT FROM pg_tables WHERE schemaname = 'public'`)).toEqual([]);
  });

  it('reports missing tables of the queue', async () => {
    const environment = await migratedDatabase();
    await database?.query('DROP SCHEMA pgboss CASCADE');
    const { text } = await failure(environment);
    expect(text).toMatch(/queue's tables cannot be used.*npx hangar migrate/);
  });

  it('reports a database that cannot be reached, without its password', async () => {
    const port = await freePort();
    const url = `postgres://hangar:hush-hush@127.0.0.1:${port}/hangar`;
    const { code, text } = await processFailure({ DATABASE_URL: url, HANGAR_ENCRYPTION_KEYS: KEYS });
    expect(code).toBe(1);
    expect(text).toContain(`cannot be reached (ECONNREFUSED 127.0.0.1:${port})`);
    expect(text).not.toContain('hush-hush');
  });

  it('reports a database that does not respond', async () => {
    const silent = await HangingProxy.start();
    const url = `postgres://hangar:hush-hush@127.0.0.1:${silent.port}/hangar`;
    const { code, text } = await failure({ DATABASE_URL: url, HANGAR_ENCRYPTION_KEYS: KEYS });
    silent.stop();
    expect(code).toBe(1);
    expect(text).toContain('the database of DATABASE_URL does not respond');
    expect(text).not.toContain('hush-hush');
  });

  it('reports a wrong database password', async () => {
    const environment = await migratedDatabase();
    const url = Object.assign(new URL(environment.DATABASE_URL), { password: 'hush-hush' }).href;
    const { text } = await failure({ ...environment, DATABASE_URL: url });
    expect(text).toContain('PostgreSQL rejected the connection');
    expect(text).not.toContain('hush-hush');
  });

  it('reports an unknown handler in HANGAR_HANDLERS and lists the known ones', async () => {
    const { code, text } = await failure({
      ...(await migratedDatabase()),
      HANGAR_HANDLERS: 'PingHandlr.pong',
    });
    expect(code).toBe(78);
    expect(text).toMatch(/HANGAR_HANDLERS names "PingHandlr.pong", which is no handler .*; there are PingHandler.pong/);
  });
});
