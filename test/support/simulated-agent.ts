import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { until } from './until.js';

const INSTALLATION = '34b97361-8636-43dc-953e-90deedc8498f';
const JSON_TYPE = { 'content-type': 'application/json' };

/** A webhook that the app received. */
interface Webhook {
  readonly event: string | undefined;
  readonly deliveryId: string | undefined;
  readonly body: string;
  readonly payload: Record<string, unknown>;
}

/** A run as the control API shows it. */
interface Run {
  readonly status: string;
  readonly staleAt: number | null;
  readonly updatedAt: number;
  readonly wasStale: boolean;
  readonly longestSilenceMs: number;
  readonly transitions: readonly { status: string; at: number }[];
  readonly activities: readonly { id: string; type: string; by: string; superseded: boolean; statusBefore: string }[];
}

/** What a control request about a run answers. */
interface Started {
  readonly id: string;
  readonly commentId: string | null;
  readonly promptId: string | null;
  readonly runId?: string;
  readonly status?: string;
  readonly deliveries: readonly string[];
  readonly error?: string;
}

/** A simulated Plane with an installed app that stores its webhooks, and the app's calls as an agent. */
export class SimulatedAgent {
  bearer = '';

  private constructor(
    readonly plane: RunningSimulator,
    private readonly app: Server,
    readonly webhooks: readonly Webhook[],
  ) {}

  static async start(): Promise<SimulatedAgent> {
    const webhooks: Webhook[] = [];
    const app = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const event = request.headers['x-plane-event'] as string | undefined;
        const deliveryId = request.headers['x-plane-delivery'] as string | undefined;
        webhooks.push({ event, deliveryId, body, payload: JSON.parse(body) as Record<string, unknown> });
        response.writeHead(202).end();
      });
    });
    await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
    const webhookUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
    const agent = new SimulatedAgent(await startSimulator({ port: 0, webhookUrl }), app, webhooks);
    await agent.control('/installations');
    await agent.mint();
    return agent;
  }

  async stop(): Promise<void> {
    await this.plane.close();
    this.app.closeAllConnections();
    await new Promise((resolve) => this.app.close(resolve));
  }

  async control<Answer = Started>(path: string, body: object = {}): Promise<Answer> {
    const init = { method: 'POST', body: JSON.stringify(body), headers: JSON_TYPE };
    return (await (await fetch(`${this.plane.url}/_simulator${path}`, init)).json()) as Answer;
  }

  async read<Answer>(path: string): Promise<Answer> {
    return (await (await fetch(`${this.plane.url}/_simulator${path}`)).json()) as Answer;
  }

  /** Takes a new bot token for the calls that follow. */
  async mint(): Promise<void> {
    const headers = { authorization: `Basic ${btoa(`${this.plane.clientId}:${this.plane.clientSecret}`)}` };
    const body = new URLSearchParams({ grant_type: 'client_credentials', app_installation_id: INSTALLATION });
    const answer = await fetch(`${this.plane.url}/auth/o/token/`, { method: 'POST', headers, body });
    this.bearer = ((await answer.json()) as { access_token: string }).access_token;
  }

  /** A user mentions the app. */
  mention(options: object = {}): Promise<Started> {
    return this.control('/runs', { text: '@your-app what is late?', ...options });
  }

  /** A user writes to the run. */
  prompt(run: string, body: string, options: object = {}): Promise<Started> {
    return this.control(`/runs/${run}/prompt`, { body, ...options });
  }

  run(id: string): Promise<Run> {
    return this.read(`/runs/${id}`);
  }

  /** The app calls Plane. */
  api(path: string, body?: object): Promise<Response> {
    const headers = { authorization: `Bearer ${this.bearer}`, ...JSON_TYPE };
    const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    return fetch(`${this.plane.url}/api/v1/workspaces/sandbox${path}`, { headers, ...init });
  }

  /** The app reports an activity. */
  report(run: string, activity: object): Promise<Response> {
    return this.api(`/runs/${run}/activities/`, activity);
  }

  /** The app reports an activity with this text. */
  async say(run: string, type: string, body = type): Promise<void> {
    const { status } = await this.report(run, { type, content: { type, body } });
    if (status !== 201) throw new Error(`the simulator answers ${status} to a ${type}`);
  }

  /** The webhooks with this name, once there are so many. */
  async gets(event: string, count = 1): Promise<Webhook[]> {
    return until(`${count} of ${event}`, () => {
      const all = this.webhooks.filter((each) => each.event === event);
      return all.length >= count && all;
    });
  }

  /** The webhooks about runs, once there are so many, in the order of their arrival. */
  async getsAboutRuns(count: number): Promise<Webhook[]> {
    return until(`${count} webhooks about runs`, () => {
      const all = this.webhooks.filter(({ event }) => event?.startsWith('agent_run'));
      return all.length >= count && all;
    });
  }
}
