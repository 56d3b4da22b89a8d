import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type SimulatorOptions } from '../../simulator/simulator-options.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { Browser } from './browser.js';
import { dataFolder } from './data-folder.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { freePort } from './free-port.js';
import { HangarProcess } from './hangar-process.js';
import { type RunHistory } from './agent-scene.js';
import { SimulatorControl } from './simulator-control.js';
import { until } from './until.js';

/** Two Planes with OAuth, and a community edition; the same ids of workspaces everywhere. */
const CONNECTIONS = ['cloud', 'inside', 'ce'] as const;

/** The id of a connection. */
export type ConnectionName = (typeof CONNECTIONS)[number];

/** A test is not about Plane's rate limit. */
const AMPLE_CALLS = 100_000;

/** One process with three connections, each to a simulator of its own, and the app of `connections-server.mjs`. */
export class ConnectionsScene {
  private constructor(
    readonly url: string,
    readonly hangar: HangarProcess,
    readonly database: TestDatabase,
    private readonly planes: Readonly<Record<ConnectionName, RunningSimulator>>,
    private readonly file: string,
  ) {}

  static async start(environment: Record<string, string> = {}): Promise<ConnectionsScene> {
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const plane = async (id: ConnectionName, options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> =>
      startSimulator({
        port: 0,
        setupUrl: `${url}/oauth/setup/${id}`,
        redirectUris: [`${url}/oauth/callback/${id}`],
        webhookUrl: `${url}/webhooks/plane/${id}`,
        ...options,
      });
    const planes = {
      cloud: await plane('cloud'),
      inside: await plane('inside'),
      ce: await plane('ce', { edition: 'ce' }),
    };
    const database = await createTestDatabase();
    const folder = dataFolder();
    const [apps, record] = [join(folder, 'apps.json'), join(folder, 'record')];
    writeFileSync(apps, JSON.stringify(CONNECTIONS.map((id) => entryOf(id, planes[id]))));
    writeFileSync(record, '');
    const server = {
      PORT: String(port),
      NODE_ENV: 'development',
      DATABASE_URL: database.url,
      HANGAR_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
      HANGAR_APPS_FILE: apps,
      RECORD_FILE: record,
      ...environment,
    };
    const hangar = await HangarProcess.launch(server, resolve('test/support/connections-server.mjs'));
    const scene = new ConnectionsScene(url, hangar, database, planes, record);
    await hangar.ready();
    await scene.install();
    return scene;
  }

  async stop(): Promise<void> {
    await this.hangar.end('SIGKILL');
    await Promise.all(CONNECTIONS.map(async (id) => this.planes[id].close()));
    await this.database.drop();
  }

  plane(id: ConnectionName): SimulatorControl {
    return new SimulatorControl(this.planes[id].url);
  }

  /** Each call to that Plane hangs from now on. */
  async hang(id: ConnectionName): Promise<void> {
    for (const match of ['/api/v1/', '/auth/o/'])
      await this.plane(id).post('/faults', { match, kind: 'slow', ms: 3_600_000 });
  }

  /** The app is uninstalled in that Plane, and the check that finds it is due. */
  async uninstall(id: ConnectionName): Promise<void> {
    const state = (await this.plane(id).state()) as unknown as { installations: readonly { id: string }[] };
    for (const { id: installation } of state.installations)
      await this.plane(id).post(`/installations/${installation}/uninstall`);
    await this.database.query('UPDATE installations SET check_at = now()');
  }

  /** How often the app's methods of a kind have had an answer of that Plane. */
  done(kind: string, id: ConnectionName): number {
    const lines = readFileSync(this.file, 'utf8').split('\n');
    return lines.filter((line) => line === `${kind} ${id}`).length;
  }

  async comment(id: ConnectionName, text: string): Promise<void> {
    await this.plane(id).post('/comments', { text });
  }

  /** A user mentions the app. Resolves with the run's id. */
  async mention(id: ConnectionName, text: string): Promise<string> {
    return String((await this.plane(id).post('/runs', { text: `@your-app ${text}` }))['id']);
  }

  async run(id: ConnectionName, runId: string): Promise<RunHistory> {
    return (await (await fetch(`${this.planes[id].url}/_simulator/runs/${runId}`)).json()) as RunHistory;
  }

  /** The texts of what the app has posted of a type, in order. */
  async texts(id: ConnectionName, runId: string, type: string): Promise<(string | undefined)[]> {
    const { activities } = await this.run(id, runId);
    return activities.filter((each) => each.by === 'app' && each.type === type).map(({ content }) => content.body);
  }

  private async install(): Promise<void> {
    for (const id of CONNECTIONS) await this.plane(id).post('/settings', { rateLimitPerMinute: AMPLE_CALLS });
    for (const id of ['cloud', 'inside'] as const) await new Browser().install(this.url, `/oauth/setup/${id}`);
    await until('an installation of each connection', async () => {
      const rows = await this.database.query(`SELECT FROM installations WHERE status = 'installed'`);
      return rows.length === CONNECTIONS.length;
    });
  }
}

function entryOf(id: ConnectionName, plane: RunningSimulator): object {
  const { url: baseUrl, clientId, clientSecret, webhookSecret, apiKey, workspace } = plane;
  const secrets = { id, baseUrl, webhookSecrets: [webhookSecret] };
  return id === 'ce' ? { ...secrets, mode: 'api-key', apiKey, workspace } : { ...secrets, clientId, clientSecret };
}
