import { once } from 'node:events';
import { type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { Browser } from '../support/browser.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { hostFolder } from '../support/host-folder.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { startProcess } from '../support/start-process.js';
import { until } from '../support/until.js';

const CLI = resolve('dist/src/cli.js');

describe.each(['express', 'fastify'])('the application of docs/embedding.md on %s', (platform) => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let folder: string;
  let environment: Record<string, string>;
  let url: string;
  let log = '';

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
    const port = await freePort();
    url = `http://localhost:${port}`;
    simulator = await startSimulator({
      port: 0,
      setupUrl: `${url}/hangar/oauth/setup`,
      redirectUris: [`${url}/hangar/oauth/callback`],
      webhookUrl: `${url}/hangar/webhooks/plane`,
    });
    const files = { 'app.module': 'test/docs/host/app.module.ts', main: `test/docs/host/main.${platform}.ts` };
    folder = hostFolder(files, { hangar: { host: 'app.module.js' } });
    environment = {
      NODE_ENV: 'development',
      DATABASE_URL: database.url,
      HANGAR_ENCRYPTION_KEYS: `test:${Buffer.alloc(32, 1).toString('base64')}`,
      PLANE_BASE_URL: simulator.url,
      PLANE_CLIENT_ID: simulator.clientId,
      PLANE_CLIENT_SECRET: simulator.clientSecret,
      PLANE_WEBHOOK_SECRETS: simulator.webhookSecret,
      PORT: String(port),
    };
  });

  afterAll(async () => {
    await simulator.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  function start(args: string[], more: Record<string, string> = {}): ChildProcess {
    log = '';
    const child = startProcess(args, { ...environment, ...more }, folder);
    child.stdin.end();
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (log += chunk.toString()));
    return child;
  }

  /** Runs a command of Hangar in its folder. */
  async function hangar(...args: string[]): Promise<{ code: number | null; output: string }> {
    const [code] = (await once(start([CLI, ...args]), 'close')) as [number | null];
    return { code, output: log };
  }

  async function stopped(child: ChildProcess): Promise<unknown> {
    child.kill('SIGTERM');
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    return code ?? signal;
  }

  const answers = async (address: string): Promise<boolean> =>
    fetch(address).then(
      ({ ok }) => ok,
      () => false,
    );

  it('starts only on migrated tables, which are in a schema of their own', async () => {
    const child = start(['main.js']);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    expect(code ?? signal).not.toBe(0);
    expect(log).toContain('npx hangar migrate');
    expect((await hangar('migrate')).code).toBe(0);
    const tables = await database.query(`SELECT 1 FROM information_schema.tables WHERE table_schema = 'hangar'`);
    expect(tables.length).toBeGreaterThan(20);
  });

  it('answers a comment, and ends with a signal', async () => {
    const child = start(['main.js']);
    await until('the application', () => answers(`${url}/hangar/health/ready`));
    expect((await new Browser().install(url, '/hangar/oauth/setup')).status).toBe(200);
    const plane = new SimulatorControl(simulator.url);
    await plane.post('/comments', { text: '/ping' });
    await until('the answer', async () => (await plane.comments()).includes('pong'));
    expect(await stopped(child)).toBe('SIGTERM');
    expect(log).toContain('Hangar has started');
  });

  it('has its handlers in the commands, and the console in a process of its own', async () => {
    const handlers = await hangar('handlers', '--json');
    expect([handlers.code, handlers.output]).toEqual([0, expect.stringContaining('"PingHandler.pong"')]);
    const worker = await hangar('start', '--roles', 'worker');
    expect([worker.code, worker.output]).toEqual([1, expect.stringContaining('npx hangar start --roles console')]);
    const console = start([CLI, 'start', '--roles', 'console'], { METRICS_PORT: '0', HOST: '127.0.0.1' });
    await until('the console', () => answers(`${url}/health/ready`));
    expect((await fetch(`${url}/console`, { redirect: 'manual' })).status).toBeLessThan(404);
    expect(await stopped(console)).toBe(0);
  });
});
