import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type INestApplicationContext, Injectable, Module, type Type } from '@nestjs/common';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { SAMPLE } from '../../simulator/world/seed.js';
import { CatchUpReceiverModule } from '../../src/catch-up/catch-up-receiver.module.js';
import { CatchUpScheduleJob } from '../../src/catch-up/catch-up-schedule.job.js';
import { CatchUpSchedulerModule } from '../../src/catch-up/catch-up-scheduler.module.js';
import { CatchUpWorkerModule } from '../../src/catch-up/catch-up-worker.module.js';
import { type CatchUpRun } from '../../src/catch-up/catch-up-run.js';
import { type CatchUpOverview, CatchUpService } from '../../src/catch-up/catch-up.service.js';
import { Secret } from '../../src/common/secret.js';
import { type HangarConfig } from '../../src/config/hangar-config.js';
import { DEFAULT_CONNECTION } from '../../src/config/plane-connection.js';
import { PlaneConnections } from '../../src/config/plane-connections.js';
import { type Installation } from '../../src/installations/installation.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { OnPlaneEvent } from '../../src/webhooks/discovery/on-plane-event.decorator.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { type PlaneEvent } from '../../src/webhooks/events/plane-event.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { botInstall } from './bot-install.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { serviceContext, TEST_KEYS } from './service-context.js';
import { SimulatorControl } from './simulator-control.js';
import { until } from './until.js';

/** Every event that the handlers of a {@link CatchUpScene} received, in order. */
class Received {
  readonly all: PlaneEvent[] = [];
  /** Those of the handler that refuses recovered changes. */
  readonly announced: PlaneEvent[] = [];
}

function handlersWith(received: Received): Type {
  @Injectable()
  class Recorder {
    @OnPlaneEvent('**', { order: 'entity', includeSelf: true })
    async everything(event: PlaneEvent): Promise<void> {
      received.all.push(event);
    }

    @OnPlaneEvent('**', { order: 'entity', includeSelf: true, catchUp: false })
    async announced(event: PlaneEvent): Promise<void> {
      received.announced.push(event);
    }
  }

  @Module({ providers: [Recorder] })
  class RecorderModule {}
  return RecorderModule;
}

/** The id of a connection with the same Plane, beside that without a name. */
export const OTHER = 'other';

function otherApp({ url, clientId, clientSecret }: RunningSimulator): HangarConfig['apps'][number] {
  const app = { clientId, clientSecret: new Secret(clientSecret) };
  return {
    id: OTHER,
    mode: 'oauth',
    baseUrl: url,
    webhookSecrets: [],
    app,
    redirectUri: `${url}/callback`,
    hasOwnRedirectUri: true,
  };
}

/** Workers of catch-ups beside a simulator whose webhooks are stored as a receiver stores them. */
export class CatchUpScene {
  readonly received = new Received();
  /** The connections whose webhooks arrive: Plane sends each change to the app of each. */
  arriving: readonly string[] = [DEFAULT_CONNECTION];
  private server: Server | undefined;
  private scene:
    | {
        readonly database: TestDatabase;
        readonly simulator: RunningSimulator;
        readonly installation: Installation;
      }
    | undefined;
  private readonly contexts: INestApplicationContext[] = [];

  static async start(shape: 'v1' | 'v2' | 'ce' = 'v2'): Promise<CatchUpScene> {
    const scene = new CatchUpScene();
    const url = await scene.listen();
    const simulator = await startSimulator({ port: 0, webhookUrl: url });
    const database = await createTestDatabase();
    const plane = new SimulatorControl(simulator.url);
    await plane.post('/settings', { rateLimitPerMinute: 100_000, shape });
    const context = await scene.startContext(database, simulator);
    scene.scene = { database, simulator, installation: await botInstall(context, plane) };
    return scene;
  }

  get context(): INestApplicationContext {
    const [first] = this.contexts;
    if (!first) throw new Error('the scene is not started');
    return first;
  }

  get database(): TestDatabase {
    return this.started.database;
  }

  get installation(): Installation {
    return this.started.installation;
  }

  get simulator(): RunningSimulator {
    return this.started.simulator;
  }

  get plane(): SimulatorControl {
    return new SimulatorControl(this.simulator.url);
  }

  /** One more process's worth of workers on the same database. */
  async replica(): Promise<INestApplicationContext> {
    return this.startContext(this.database, this.simulator);
  }

  /** Installs the app of another connection in the same workspace. */
  async installBy(connectionId: string): Promise<Installation> {
    const found = this.context.get(PlaneConnections).find(connectionId);
    if (!found) throw new Error(`there is no connection ${connectionId}`);
    return botInstall(this.context, this.plane, found);
  }

  /** A change by the API, as the admin makes it with a personal key. */
  async api(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.simulator.url}/api/v1/workspaces/sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json', 'x-api-key': this.simulator.apiKey },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? {} : ((await response.json()) as Record<string, unknown>);
  }

  /** When the first work item last changed, by its activities: they are written after it. */
  async changedAt(): Promise<Date> {
    const { results } = await this.api('GET', `${this.item()}activities/`);
    const times = (results as readonly { readonly created_at: string }[]).map((activity) =>
      Date.parse(activity.created_at),
    );
    return new Date(Math.max(...times));
  }

  /** The path of a work item of the first project. */
  item(id: string = SAMPLE.workItemId): string {
    return `projects/${SAMPLE.projectId}/work-items/${id}/`;
  }

  /** Sets the time of changes in Plane, so many minutes from now. */
  async at(minutes: number): Promise<void> {
    await this.plane.post('/settings', { changeOffsetSeconds: minutes * 60 });
  }

  async webhook(enabled: boolean): Promise<void> {
    await this.plane.post('/webhook', { enabled });
  }

  /** Catches up on demand. Resolves with the run when it has ended. */
  async catchUp(minutes: number, installation = this.installation): Promise<CatchUpRun> {
    const { id } = await this.context.get(CatchUpService).request(installation, minutes * 60, 'a test');
    return this.ended(id, installation);
  }

  /** Has the installation checked now. Resolves with what is known when the check and a catch-up that it started have ended. */
  async check(): Promise<CatchUpOverview> {
    const { id } = this.installation;
    const before = (await this.context.get(CatchUpService).overview(id)).state?.checkedAt;
    await this.database.query(`UPDATE catch_up_states SET check_at = now()`);
    await this.context.get(CatchUpScheduleJob).tick();
    return until('the end of the check', async () => {
      const overview = await this.context.get(CatchUpService).overview(id);
      const isOpen = overview.runs.some(({ endedAt }) => !endedAt);
      const isChecked = overview.state?.checkedAt?.getTime() !== before?.getTime();
      return !isOpen && isChecked ? overview : undefined;
    });
  }

  async ended(id: string, installation = this.installation): Promise<CatchUpRun> {
    const { runs } = await until(`the end of the catch-up ${id}`, async () => {
      const overview = await this.context.get(CatchUpService).overview(installation.id);
      return overview.runs.some((run) => run.id === id && run.endedAt) && overview;
    });
    const run = runs.find((each) => each.id === id);
    if (!run) throw new Error('the run is gone');
    return run;
  }

  /** Waits until no handler's job is left. */
  async idle(): Promise<void> {
    await until('all handlers to have run', async () => {
      const [row] = await this.database.query<{ jobs: number }>(
        `SELECT (SELECT count(*) FROM pgboss.job WHERE state < 'completed' AND name LIKE 'Recorder%')::int
              + (SELECT count(*) FROM queue_lines WHERE queue LIKE 'Recorder%')::int AS jobs`,
      );
      return row?.jobs === 0;
    });
  }

  async stop(): Promise<void> {
    for (const context of this.contexts) await context.close();
    await this.simulator.close();
    this.server?.close();
    await this.database.drop();
  }

  private get started(): NonNullable<CatchUpScene['scene']> {
    if (!this.scene) throw new Error('the scene is not started');
    return this.scene;
  }

  private async startContext(database: TestDatabase, simulator: RunningSimulator): Promise<INestApplicationContext> {
    const modules = [
      PlaneModule,
      TokensModule,
      WebhooksModule,
      DispatchModule,
      CatchUpWorkerModule,
      CatchUpSchedulerModule,
      CatchUpReceiverModule,
      handlersWith(this.received),
    ];
    const context = await serviceContext(database, simulator, modules, TEST_KEYS, { apps: [otherApp(simulator)] });
    this.contexts.push(context);
    return context;
  }

  /** Stores what the simulator sends. */
  private async listen(): Promise<string> {
    const server = createServer((request, response) => {
      void (async () => {
        const body = await buffer(request);
        const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
        for (const connectionId of this.arriving)
          await this.context
            .get(DeliveriesService)
            .store({ event, body, headers: {}, secretFingerprint: 'abcdef01', connectionId });
        response.writeHead(202).end();
      })();
    });
    this.server = server;
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/plane`;
  }
}
