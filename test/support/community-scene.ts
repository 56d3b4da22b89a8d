import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { OnPlaneEvent, type PlaneContext, type PlaneEvent } from 'hangar';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { Secret } from '../../src/common/secret.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { ListChangesService } from '../../src/webhooks/deliveries/list-changes.service.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { ReceiverModule } from '../../src/webhooks/receiver/receiver.module.js';
import { WebhookReceiverService } from '../../src/webhooks/receiver/webhook-receiver.service.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { type Given, madeWebhook } from './community-webhook.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { receiveRecorded, type RecordedWebhook } from './recorded-community.js';
import { serviceContext, TEST_KEYS } from './service-context.js';
import { until } from './until.js';

const UNFINISHED = `
  SELECT FROM deliveries WHERE NOT EXISTS (SELECT FROM delivery_outcomes WHERE delivery_id = deliveries.id)`;

/** An event as a handler received it. */
interface Received {
  readonly delivery: string;
  readonly event: PlaneEvent;
}

let received: Received[] = [];

@Injectable()
class Everything {
  @OnPlaneEvent('**', { includeSelf: true })
  get(event: PlaneEvent, { delivery }: PlaneContext): void {
    received.push({ delivery: delivery.id, event });
  }
}

@Module({ providers: [Everything] })
class EverythingModule {}

/** A receiver and a worker with one handler of every event. One at a time. */
export class CommunityScene {
  private readonly arrived: string[] = [];

  private constructor(
    private readonly database: TestDatabase,
    private readonly simulator: RunningSimulator,
    private readonly context: INestApplicationContext,
  ) {}

  /** @param secrets of the webhooks */
  static async start(secrets: readonly string[]): Promise<CommunityScene> {
    received = [];
    const database = await createTestDatabase();
    const simulator = await startSimulator({ port: 0 });
    const modules = [WebhooksModule, ReceiverModule, DispatchModule, EverythingModule];
    const planeWebhookSecrets = secrets.map((secret) => new Secret(secret));
    const context = await serviceContext(database, simulator, modules, TEST_KEYS, { planeWebhookSecrets });
    return new CommunityScene(database, simulator, context);
  }

  /** Receives the webhooks of each case, about a work item of its own. Resolves with the case's title, by delivery. */
  async receiveCases(
    cases: readonly (readonly [title: string, arrives: readonly Given[], ...rest: unknown[]])[],
  ): Promise<ReadonlyMap<string, string>> {
    const titles = new Map<string, string>();
    for (const [title, arrives] of cases) {
      const id = randomUUID();
      for (const given of arrives) titles.set(await this.receive(madeWebhook(id, given)), title);
    }
    await this.finished();
    return titles;
  }

  async stop(): Promise<void> {
    await this.context.close();
    await this.simulator.close();
    await this.database.drop();
  }

  /** As an install leaves it. */
  async install(workspaceId: unknown): Promise<void> {
    await this.database.query(
      `INSERT INTO installations (id, base_url, installation_id, status, workspace_id, workspace_slug, workspace_name,
                                  bot_user_id, application_id, check_at)
       VALUES (gen_random_uuid(), $1, gen_random_uuid(), 'installed', $2::text, $2::text, 'Recorded', 'none', 'app',
               now() + interval '1 year')`,
      [this.simulator.url, workspaceId],
    );
  }

  /** Posts a webhook to the receiver. Resolves with the id of its delivery. */
  async receive(webhook: Pick<RecordedWebhook, 'body' | 'headers'>): Promise<string> {
    const id = await receiveRecorded(this.context.get(WebhookReceiverService, { strict: false }), webhook);
    this.arrived.push(id);
    return id;
  }

  /** Resolves when the handler has received, or will not receive, every delivery. */
  async finished(): Promise<void> {
    await until('every delivery has an outcome', async () => (await this.database.query(UNFINISHED)).length === 0);
  }

  /** Stores a webhook that came by a connection. Resolves with its event as a handler receives it. */
  async eventBy(connectionId: string, { body }: Pick<RecordedWebhook, 'body'>): Promise<PlaneEvent> {
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    const deliveries = this.context.get(DeliveriesService, { strict: false });
    await deliveries.store({ event, body, headers: {}, secretFingerprint: 'abcdef01', connectionId });
    return this.context.get(ListChangesService, { strict: false }).corrected(event, connectionId);
  }

  /** How many seconds the handler's job of the delivery waits, or waited, from its receipt on. */
  async waitOf(deliveryId: string): Promise<number> {
    const [job] = await this.database.query<{ seconds: number }>(
      `SELECT round(extract(epoch FROM start_after - created_on))::int AS seconds FROM pgboss.job
       WHERE data ->> 'deliveryId' = $1`,
      [deliveryId],
    );
    return job?.seconds ?? 0;
  }

  /** The events that the handler received of these deliveries, in the order of their arrival. */
  eventsOf(isMine: (deliveryId: string) => boolean): PlaneEvent[] {
    const mine = received.filter(({ delivery }) => isMine(delivery));
    const place = ({ delivery }: Received): number => this.arrived.indexOf(delivery);
    return mine.toSorted((one, other) => place(one) - place(other)).map(({ event }) => event);
  }
}
