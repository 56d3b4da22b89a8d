import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, type Type } from '@nestjs/common';
import { type Installation } from '../../src/installations/installation.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { type DeliveryOutcome } from '../../src/webhooks/deliveries/outcome.js';
import { OutcomesService } from '../../src/webhooks/deliveries/outcomes.service.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { recorded } from '../fixtures/recorded.js';
import { botInstall } from './bot-install.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { serviceContext } from './service-context.js';
import { SimulatorControl } from './simulator-control.js';
import { until } from './until.js';

const UNFINISHED = new Set(['failed', 'delayed']);

/** A worker with a test's handlers, and the app installed in a simulator's workspace. */
export class HandlerScene {
  private constructor(
    readonly database: TestDatabase,
    private readonly simulator: RunningSimulator,
    readonly plane: SimulatorControl,
    readonly context: INestApplicationContext,
    readonly installation: Installation,
  ) {}

  static async start(handlers: Type): Promise<HandlerScene> {
    const database = await createTestDatabase();
    const simulator = await startSimulator({ port: 0 });
    const plane = new SimulatorControl(simulator.url);
    await plane.post('/settings', { rateLimitPerMinute: 100_000 });
    const modules = [PlaneModule, TokensModule, WebhooksModule, DispatchModule, handlers];
    const context = await serviceContext(database, simulator, modules);
    return new HandlerScene(database, simulator, plane, context, await botInstall(context, plane));
  }

  async stop(): Promise<void> {
    await this.context.close();
    await this.simulator.close();
    await this.database.drop();
  }

  /** Stores a webhook of a comment on the first work item. Resolves with the delivery's id. */
  async comment(text: string, { name = 'workitem.comment.created', actorId = '' } = {}): Promise<string> {
    const payload = recorded('v2-workitem-comment-created');
    const { comment: given, ...workItem } = payload['data'] as { comment: object };
    const own = { id: randomUUID(), comment_stripped: text, ...(actorId !== '' && { actor_id: actorId }) };
    const data = { ...workItem, comment: { ...given, ...own } };
    const ids = { event: name, event_id: randomUUID(), workspace_id: this.installation.workspaceId };
    const body = Buffer.from(JSON.stringify({ ...payload, ...ids, data }));
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    const delivery = { event, body, headers: {}, secretFingerprint: 'abcdef01' };
    return (await this.context.get(DeliveriesService).store(delivery)).id;
  }

  /** Resolves with the outcome at a handler when it has run so many times and no retry follows. */
  async outcome(delivery: string, handler: string, runs = 1): Promise<DeliveryOutcome> {
    return until(`${runs} run(s) of ${handler}`, async () => {
      const outcomes = await this.context.get(OutcomesService).of(delivery);
      const found = outcomes.find((each) => each.handler === handler);
      return found && found.attempts.length >= runs && !UNFINISHED.has(found.state) && found;
    });
  }

  /** How many comments in the simulator contain the text. */
  async commentsWith(text: string): Promise<number> {
    return (await this.plane.comments()).filter((each) => each.includes(text)).length;
  }
}
