import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OnPlaneEvent, type PlaneContext, type PlaneEvent } from 'hangar';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { OutcomesService } from '../../src/webhooks/deliveries/outcomes.service.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { recorded } from '../fixtures/recorded.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

const CHECKS = 'GET /auth/o/app-installation/ 200';
const slugs: string[] = [];

@Injectable()
class Commenter {
  @OnPlaneEvent('workitem.comment.created', { retryLimit: 0 })
  async answer(event: PlaneEvent<'workitem.comment.created'>, context: PlaneContext): Promise<void> {
    const { workItem, comment } = event;
    const projectId = await context.projectIdOf(workItem);
    const answer = { comment_html: `<p>${comment.text} answered</p>` };
    await context.plane.workItems.comments.create(context.workspace.slug, projectId, workItem.id, answer);
    slugs.push(context.workspace.slug);
  }
}

@Module({ providers: [Commenter] })
class HandlersModule {}

describe('a workspace that was renamed in Plane', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  let context: INestApplicationContext;
  let workspaceId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    plane = new SimulatorControl(simulator.url);
    await plane.post('/settings', { rateLimitPerMinute: 100_000 });
    const modules = [PlaneModule, TokensModule, WebhooksModule, DispatchModule, HandlersModule];
    context = await serviceContext(database, simulator, modules);
    ({ workspaceId } = await botInstall(context, plane));
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  /** Stores a v2 comment webhook on the first work item. Resolves with the delivery's id. */
  async function comment(text: string, workItem: object = {}): Promise<string> {
    const payload = recorded('v2-workitem-comment-created');
    const { comment: given, ...first } = payload['data'] as { comment: object };
    const data = { ...first, ...workItem, comment: { ...given, id: randomUUID(), comment_stripped: text } };
    const ids = { event_id: randomUUID(), workspace_id: workspaceId };
    const body = Buffer.from(JSON.stringify({ ...payload, ...ids, data }));
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    const delivery = { event, body, headers: {}, secretFingerprint: 'abcdef01' };
    return (await context.get(DeliveriesService).store(delivery)).id;
  }

  const answered = async (text: string): Promise<boolean> => (await plane.comments()).includes(`${text} answered`);

  it('is called by its new slug in the same run, after one request for its installation', async () => {
    await plane.post('/workspaces/sandbox', { slug: 'harboured' });
    const before = (await plane.counts()).requests[CHECKS] ?? 0;
    const projectId = '59e3be42-87ec-4950-99a3-ae639cf2b089';
    const deliveries = [await comment('searched'), await comment('named', { project_id: projectId })];
    for (const delivery of deliveries) {
      await until('the outcome', async () => (await context.get(OutcomesService).of(delivery)).length > 0);
      expect(await context.get(OutcomesService).of(delivery)).toMatchObject([{ state: 'handled' }]);
    }
    expect([await answered('searched'), await answered('named')]).toEqual([true, true]);
    expect(slugs).toEqual(['harboured', 'harboured']);
    expect((await plane.counts()).requests[CHECKS]).toBe(before + 1);
    expect(await database.query('SELECT workspace_slug FROM installations')).toEqual([{ workspace_slug: 'harboured' }]);
  });

  it('is not looked for at each call that finds nothing', async () => {
    const before = (await plane.counts()).requests[CHECKS] ?? 0;
    const deliveries = await Promise.all(
      [1, 2, 3].map((index) => comment(`missing ${index}`, { id: randomUUID(), project_id: randomUUID() })),
    );
    for (const delivery of deliveries)
      await until('the outcome', async () => (await context.get(OutcomesService).of(delivery)).length > 0);
    // Once more where ten seconds have passed since the request before.
    expect(((await plane.counts()).requests[CHECKS] ?? 0) - before).toBeLessThanOrEqual(1);
  });
});
