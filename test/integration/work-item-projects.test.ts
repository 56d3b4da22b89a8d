import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OnPlaneEvent, type PlaneContext, type PlaneEvent } from 'hangar';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { DeadLettersService } from '../../src/queue/dead-letters.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { OutcomesService } from '../../src/webhooks/deliveries/outcomes.service.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { WorkItemLookupsRepository } from '../../src/webhooks/work-item-projects/work-item-lookups.repository.js';
import { recorded } from '../fixtures/recorded.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

const PROJECTS = 80;
const HANDLER = 'Commenter.answer';

@Injectable()
class Commenter {
  @OnPlaneEvent('workitem.comment.created', { retryDelaySeconds: 1, retryLimit: 2 })
  async answer(event: PlaneEvent<'workitem.comment.created'>, context: PlaneContext): Promise<void> {
    const { workItem, comment } = event;
    const projectId = await context.projectIdOf(workItem);
    const answer = { comment_html: `<p>${comment.text} answered</p>` };
    await context.plane.workItems.comments.create(context.workspace.slug, projectId, workItem.id, answer);
  }
}

@Module({ providers: [Commenter] })
class HandlersModule {}

describe('the project of a work item', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  let context: INestApplicationContext;
  let workspaceId: string;
  let projects: readonly string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    plane = new SimulatorControl(simulator.url);
    projects = (await plane.post('/projects', { count: PROJECTS }))['projects'] as string[];
    const modules = [PlaneModule, TokensModule, WebhooksModule, DispatchModule, HandlersModule];
    context = await serviceContext(database, simulator, modules);
    ({ workspaceId } = await botInstall(context, plane));
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  beforeEach(async () => {
    await plane.post('/settings', { rateLimitPerMinute: 100_000 });
    await database.query('DELETE FROM plane_budgets');
  });

  /** A new work item in one of the added projects. */
  async function workItemIn(index: number, name: string = randomUUID()): Promise<string> {
    const project = projects[index];
    return String((await plane.post('/work-items', { workspace: 'sandbox', project, fields: { name } }))['id']);
  }

  /** Stores a v2 comment webhook as it is received. Resolves with the delivery's id. */
  async function comment(workItem: { id: string; name?: string; project_id?: string }, text: string): Promise<string> {
    const payload = recorded('v2-workitem-comment-created');
    const { comment: given } = payload['data'] as { comment: object };
    const data = {
      ...workItem,
      comment: { ...given, id: randomUUID(), issue_id: workItem.id, comment_stripped: text },
    };
    const ids = { event_id: randomUUID(), entity_id: workItem.id, workspace_id: workspaceId };
    const body = Buffer.from(JSON.stringify({ ...payload, ...ids, data }));
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    const delivery = { event, body, headers: {}, secretFingerprint: 'abcdef01' };
    return (await context.get(DeliveriesService).store(delivery)).id;
  }

  const answered = async (text: string): Promise<boolean> => (await plane.comments()).includes(`${text} answered`);
  const outcomeOf = async (delivery: string) =>
    (await context.get(OutcomesService).of(delivery)).find(({ handler }) => handler === HANDLER);
  const lookupOf = (id: string): Promise<{ asked: number; project_id: string | null }[]> =>
    database.query('SELECT asked, project_id FROM work_item_lookups WHERE work_item_id = $1', [id]);
  /** Ends the current minute of the call budget, and the wait of the delayed jobs. */
  async function nextMinute(): Promise<void> {
    await database.query('DELETE FROM plane_budgets');
    await database.query(`UPDATE pgboss.job SET start_after = now() WHERE state < 'active'`);
  }
  /** How often the work item was requested, by project. */
  async function requestsFor(id: string): Promise<Map<string, number>> {
    const { requests } = await plane.counts();
    const pattern = new RegExp(`^GET .*/projects/([\\w-]+)/work-items/${id}/ `);
    const counted = Object.entries(requests).map(([what, count]) => [pattern.exec(what)?.[1], count] as const);
    return new Map(counted.flatMap(([project, count]) => (project === undefined ? [] : [[project, count]])));
  }

  it('is found in the 70th of 80 projects at 60 calls a minute, each project asked once, half of the calls left to others', async () => {
    const id = await workItemIn(69);
    await plane.post('/settings', { rateLimitPerMinute: 60 });
    const delivery = await comment({ id }, 'far away');
    await until('the search to stand back', async () => (await outcomeOf(delivery))?.state === 'delayed');
    const [stopped] = await lookupOf(id);
    expect(stopped?.asked).toBeGreaterThan(20);
    expect(stopped?.asked).toBeLessThan(31);
    const [budget] = await database.query<{ remaining: number }>('SELECT remaining FROM plane_budgets');
    expect(budget?.remaining).toBe(30);
    expect((await outcomeOf(delivery))?.attempts[0]?.reason).toMatch(/continues later: \d+ project\(s\) asked so far/);
    await plane.post('/settings', { rateLimitPerMinute: 100_000 });
    await nextMinute();
    await until('the answer', async () => answered('far away'));
    const requests = await requestsFor(id);
    expect(requests.size).toBeGreaterThanOrEqual(70);
    expect([...requests.values()].filter((count) => count > 1)).toEqual([]);
    expect(await lookupOf(id)).toEqual([{ asked: 0, project_id: projects[69] }]);
  });

  it('is found on the second page of projects', async () => {
    const more = (await plane.post('/projects', { count: 60 }))['projects'] as string[];
    const fields = { name: randomUUID() };
    const { id } = await plane.post('/work-items', { workspace: 'sandbox', project: more.at(-1), fields });
    await comment({ id: String(id) }, 'second page');
    await until('the answer', async () => answered('second page'));
    expect(await lookupOf(String(id))).toEqual([{ asked: 0, project_id: more.at(-1) }]);
  });

  it('is found with one call where the event has the name', async () => {
    const id = await workItemIn(50, 'A name of its own');
    await comment({ id, name: 'A name of its own' }, 'by name');
    await until('the answer', async () => answered('by name'));
    expect((await requestsFor(id)).size).toBe(0);
    expect(await lookupOf(id)).toEqual([]);
  });

  it('is a dead letter with the reason where no project has it', async () => {
    const id = randomUUID();
    const delivery = await comment({ id }, 'nowhere');
    await until('the dead letter', async () => (await outcomeOf(delivery))?.state === 'dead_lettered');
    const outcome = await outcomeOf(delivery);
    expect(outcome?.attempts).toHaveLength(1);
    expect(outcome?.lastError).toContain(`has the work item ${id}`);
    expect((await context.get(DeadLettersService).page({ deliveryId: delivery }, { limit: 5 })).letters).toHaveLength(
      1,
    );
    expect(await lookupOf(id)).toEqual([]);
  });

  it('is a dead letter with the reason after an hour without calls for the search', async () => {
    const id = await workItemIn(79);
    await plane.post('/settings', { rateLimitPerMinute: 60 });
    const delivery = await comment({ id }, 'too long');
    await until('the search to stand back', async () => (await outcomeOf(delivery))?.state === 'delayed');
    await database.query(`UPDATE work_item_lookups SET started_at = now() - interval '61 minutes'`);
    await nextMinute();
    await until('the dead letter', async () => (await outcomeOf(delivery))?.state === 'dead_lettered');
    expect((await outcomeOf(delivery))?.lastError).toMatch(/not found within 60 min: \d+ project\(s\) asked/);
  });

  it.each([
    ['the event', true],
    ['an earlier search', false],
  ])('is searched again where the work item has left the one that %s says', async (from, isInEvent) => {
    const id = await workItemIn(3);
    if (!isInEvent) {
      await comment({ id }, 'before the move');
      await until('the first answer', async () => answered('before the move'));
    }
    await plane.post(`/work-items/${id}/move`, { project: projects[5] });
    const text = `after the move, by ${from}`;
    const delivery = await comment({ id, ...(isInEvent && { project_id: projects[3] ?? '' }) }, text);
    await until('the failed attempt', async () => (await outcomeOf(delivery)) !== undefined);
    await nextMinute();
    await until('the answer', async () => answered(text));
    expect((await outcomeOf(delivery))?.attempts.length ?? 0).toBeLessThanOrEqual(2);
    expect(await lookupOf(id)).toMatchObject([{ project_id: projects[5] }]);
  });

  it('found long ago is verified before it is used', async () => {
    const id = await workItemIn(7);
    const [installation] = await database.query<{ id: string }>('SELECT id FROM installations');
    const installationId = installation?.id ?? '';
    await context.get(WorkItemLookupsRepository).found({ installationId, workItemId: id }, projects[6] ?? '');
    await database.query(`UPDATE work_item_lookups SET updated_at = now() - interval '20 minutes'`);
    const delivery = await comment({ id }, 'verified');
    await until('the answer', async () => answered('verified'));
    expect((await outcomeOf(delivery))?.attempts.length ?? 1).toBe(1);
  });

  it('is forgotten a day after its last use', async () => {
    await database.query(`UPDATE work_item_lookups SET updated_at = now() - interval '25 hours'`);
    expect(await context.get(WorkItemLookupsRepository).deleteUnused(1000)).toBeGreaterThan(0);
    expect(await database.query('SELECT FROM work_item_lookups')).toEqual([]);
  });
});
