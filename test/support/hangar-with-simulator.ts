import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { type SimulatorOptions } from '../../simulator/simulator-options.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { SAMPLE } from '../../simulator/world/seed.js';
import { recorded } from '../fixtures/recorded.js';
import { Browser } from './browser.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { freePort } from './free-port.js';
import { HangarProcess } from './hangar-process.js';
import { SimulatorControl } from './simulator-control.js';

/** The secret that `test/fixtures/signed.json` is signed with; a server under test takes it as its second one. */
export const FIXTURE_SECRET = 'plane_wh_0123456789abcdef0123456789abcdef';

export type Environment = Record<string, string>;

/** What differs from a server on a database of its own beside a simulator. */
export interface TogetherOptions {
  /** Added to the server's environment, or instead of what it has. */
  readonly environment?: Environment;
  readonly simulator?: Partial<SimulatorOptions>;
  /** Runs the server on the embedded PostgreSQL in this folder; there is no `database` then. */
  readonly dataDir?: string;
  /** What starts the server, where it is not the built one with its own handlers. */
  readonly program?: string;
  /** Where the server finds Plane, for something that stands between; default is the simulator itself. */
  readonly planeUrl?: (simulatorUrl: string) => Promise<string> | string;
}

/** The built server and a simulated Plane that know each other. */
export class HangarWithSimulator {
  private readonly processes: HangarProcess[] = [];
  private current: HangarProcess | undefined;
  private ownDatabase: TestDatabase | undefined;

  private constructor(
    readonly simulator: RunningSimulator,
    readonly url: string,
    /** The server's, secrets included. */
    readonly environment: Environment,
    private readonly program: string | undefined,
  ) {}

  /** Starts both. Leaves nothing behind when it fails. */
  static async start(options: TogetherOptions = {}): Promise<HangarWithSimulator> {
    const port = await freePort();
    const url = `http://localhost:${port}`;
    const publicUrl = options.environment?.['PUBLIC_URL'] ?? url;
    const simulator = await startSimulator({
      port: 0,
      setupUrl: `${publicUrl}/oauth/setup`,
      redirectUris: [`${publicUrl}/oauth/callback`],
      webhookUrl: `${url}/webhooks/plane`,
      ...options.simulator,
    });
    const environment = {
      PORT: String(port),
      METRICS_PORT: '0',
      PLANE_CLIENT_ID: simulator.clientId,
      PLANE_CLIENT_SECRET: simulator.clientSecret,
      PLANE_WEBHOOK_SECRETS: `${simulator.webhookSecret},${FIXTURE_SECRET}`,
    };
    const together = new HangarWithSimulator(simulator, url, environment, options.program);
    try {
      await together.begin(options);
      return together;
    } catch (error) {
      await together.stop();
      throw error;
    }
  }

  /** The server that was started last on the main port. */
  get hangar(): HangarProcess {
    if (!this.current) throw new Error('the server does not run');
    return this.current;
  }

  get plane(): SimulatorControl {
    return new SimulatorControl(this.simulator.url);
  }

  get database(): TestDatabase {
    if (!this.ownDatabase) throw new Error('this server runs on the embedded PostgreSQL');
    return this.ownDatabase;
  }

  /** Starts the server (again) at the same address. `environment` is for this one start. */
  async startHangar(environment: Environment = {}): Promise<HangarProcess> {
    this.current = await this.launch({ ...this.environment, ...environment });
    return this.current;
  }

  /** Starts one more server process on the same database, at a port of its own. */
  async startReplica(environment: Environment = {}): Promise<HangarProcess> {
    const port = String(await freePort());
    return this.launch({ ...this.environment, PUBLIC_URL: this.url, ...environment, PORT: port });
  }

  /** The contents of the simulated Plane. */
  async world(): Promise<SimulatedWorld> {
    return (await (await fetch(`${this.simulator.url}/_simulator/state`)).json()) as SimulatedWorld;
  }

  /** How often the app has answered `/ping`, on one work item or on all. */
  async pongs(workItem?: SimulatedWorkItem): Promise<number> {
    const { comments } = await this.world();
    return comments.filter(({ text, workItemId }) => text === 'pong' && (!workItem || workItem.id === workItemId))
      .length;
  }

  /** Installs the app in a workspace, as an admin does it. */
  async install(workspace = 'sandbox'): Promise<void> {
    const page = await new Browser().install(this.url, '/oauth/setup', { decision: 'install', workspace });
    if (!page.ok) throw new Error(`the app was not installed: ${page.status} ${await page.text()}`);
  }

  /** Sends a body as a webhook, signed unless the headers say otherwise. */
  async deliver(body: string | Buffer, headers: Record<string, string> = {}, url = this.url): Promise<Answer> {
    const signature = sign(body, this.simulator.webhookSecret);
    const response = await fetch(`${url}/webhooks/plane`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-plane-signature': signature, ...headers },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    });
    return { status: response.status, body: (await response.json()) as Answer['body'] };
  }

  /** {@link deliver}; `undefined` where the connection was closed without an answer. */
  async tryToDeliver(...webhook: Parameters<HangarWithSimulator['deliver']>): Promise<Answer | undefined> {
    try {
      return await this.deliver(...webhook);
    } catch (error) {
      const { cause } = error as { cause?: { code?: string } };
      if (['UND_ERR_SOCKET', 'ECONNRESET'].includes(cause?.code ?? '')) return undefined;
      throw error;
    }
  }

  /** Ends everything, at once where nothing of the server's own would be left behind. */
  async stop(): Promise<void> {
    const signal = this.ownDatabase ? 'SIGKILL' : 'SIGTERM';
    await Promise.all(this.processes.map((hangar) => hangar.end(signal)));
    await this.simulator.close();
    await this.ownDatabase?.drop();
  }

  private async begin({ environment, dataDir, planeUrl }: TogetherOptions): Promise<void> {
    const storage = dataDir === undefined ? await this.storage() : { HANGAR_DATA_DIR: dataDir };
    const base = (await planeUrl?.(this.simulator.url)) ?? this.simulator.url;
    Object.assign(this.environment, storage, { PLANE_BASE_URL: base }, environment);
    await this.startHangar();
  }

  private async storage(): Promise<Environment> {
    this.ownDatabase = await createTestDatabase();
    const key = `test:${randomBytes(32).toString('base64')}`;
    return { DATABASE_URL: this.ownDatabase.url, HANGAR_ENCRYPTION_KEYS: key };
  }

  private async launch(environment: Environment): Promise<HangarProcess> {
    const hangar = await HangarProcess.launch(environment, this.program);
    this.processes.push(hangar);
    await hangar.ready();
    return hangar;
  }
}

/** What the server answers to a webhook. */
export interface Answer {
  readonly status: number;
  readonly body: { readonly status: string | number; readonly id: string };
}

/** The signature that Plane sends with these bytes. */
export function sign(body: string | Buffer, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** The part of the simulator's state that tests read. */
export interface SimulatedWorld {
  readonly comments: readonly { readonly text: string; readonly workItemId: string }[];
  readonly workItems: readonly (SimulatedWorkItem & { readonly workspaceId: string })[];
  readonly installations: readonly { readonly id: string; readonly workspace: string }[];
  readonly users: readonly { readonly id: string; readonly role: string }[];
  readonly faults: readonly { readonly used: number }[];
}

/** A work item as the simulator's state shows it. */
export interface SimulatedWorkItem {
  readonly id: string;
  readonly name: string;
  readonly projectId: string;
}

/** The first work item of the workspace `sandbox`. */
const FIRST: SimulatedWorkItem = {
  id: SAMPLE.workItemId,
  name: 'Straße 😀 prüfen',
  projectId: SAMPLE.projectId,
};

/** A webhook about a new comment `/ping` by the workspace's admin: another event with each call. */
export function pingWebhook(shape: 'v1' | 'v2', workItem = FIRST): string {
  return shape === 'v1' ? pingV1(workItem) : pingV2(workItem);
}

function pingV1({ id: issue, projectId: project }: SimulatedWorkItem): string {
  const payload = recorded('v1-issue_comment-created');
  const data = { ...(payload['data'] as object), id: randomUUID(), issue, project };
  return JSON.stringify({ ...payload, data });
}

function pingV2({ id, name }: SimulatedWorkItem): string {
  const payload = recorded('v2-workitem-comment-created');
  const { comment } = payload['data'] as { comment: object };
  const data = { id, name, comment: { ...comment, id: randomUUID(), issue_id: id } };
  const ids = { delivery_id: randomUUID(), event_id: randomUUID(), entity_id: id };
  return JSON.stringify({ ...payload, ...ids, data });
}
