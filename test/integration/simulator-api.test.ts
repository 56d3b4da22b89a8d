import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { HttpError, PlaneClient } from '@makeplane/plane-node-sdk';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { PEOPLE, SAMPLE } from '../../simulator/world/seed.js';
import { SimulatorControl } from '../support/simulator-control.js';

const SLUG = 'sandbox';
const { projectId: PROJECT, workItemId: ITEM, adminId: ADMIN } = SAMPLE;
const MIKA = PEOPLE[1]?.id ?? '';

let simulator: RunningSimulator;
let plane: PlaneClient;

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, webhookUrl: 'http://127.0.0.1:9/' });
  plane = new PlaneClient({ baseUrl: simulator.url, apiKey: simulator.apiKey });
  const control = new SimulatorControl(simulator.url);
  await control.post('/installations', {});
  await control.post('/settings', { rateLimitPerMinute: 10_000, shape: 'v2' });
});

afterAll(() => simulator.close());

beforeEach(() => {
  jest.spyOn(console, 'error').mockImplementation(() => undefined); // The SDK prints failures.
});

/** The events that the work sends, in order. */
async function eventsOf(work: () => Promise<unknown>): Promise<string[]> {
  const control = new SimulatorControl(simulator.url);
  const before = (await control.state()).deliveries.length;
  await work();
  return (await control.state()).deliveries.slice(before).map(({ event }) => event);
}

async function statusOf(work: Promise<unknown>): Promise<[number | undefined, unknown]> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof HttpError) return [error.statusCode, error.response];
  throw new Error('the call did not fail');
}

const path = (rest: string) => `${simulator.url}/api/v1/workspaces/${SLUG}/${rest}`;
const get = (rest: string, key = simulator.apiKey) => fetch(path(rest), { headers: { 'x-api-key': key } });

describe('access', () => {
  it('is by an API key, as the person that it belongs to; a wrong one is 403', async () => {
    expect(await plane.users.me()).toMatchObject({ id: ADMIN });
    const answer = await get('projects/', 'plane_api_wrong');
    expect([answer.status, await answer.json()]).toEqual([403, { detail: 'Given API token is not valid' }]);
  });

  it('to a route that is not simulated says so, whatever the method', async () => {
    const unknown = expect.stringMatching(/simulator does not know the route GET .*\/estimates\/.*docs\/simulator\.md/);
    expect(await statusOf(plane.estimates.retrieve(SLUG, PROJECT))).toEqual([501, { error: unknown }]);
    for (const other of ['/api/v2/schema/', '/auth/o/introspect/'])
      expect([other, (await fetch(simulator.url + other)).status]).toEqual([other, 501]);
  });

  it('has the former name of work items too', async () => {
    for (const list of [`projects/${PROJECT}/issues/${ITEM}/`, `projects/${PROJECT}/work-items/${ITEM}/`])
      expect(await (await get(list)).json()).toMatchObject({ id: ITEM });
    expect(await (await get('issues/search/?search=prüfen')).json()).toMatchObject({ issues: [{ id: ITEM }] });
  });
});

describe('lists of a project', () => {
  it.each(['states', 'labels', 'cycles', 'modules', 'milestones', 'workItemTypes'] as const)(
    '%s: create, retrieve, list, update, delete',
    async (name) => {
      const api = plane[name] as unknown as Record<string, (...input: unknown[]) => Promise<{ id: string }>>;
      const field = name === 'milestones' ? 'title' : 'name';
      const fields = { [field]: 'First', color: '#123456', external_id: `${name}-1`, external_source: 'tests' };
      const { id } = (await api.create?.(SLUG, PROJECT, fields)) ?? { id: '' };
      expect(await api.retrieve?.(SLUG, PROJECT, id)).toMatchObject({ id, ...fields, project: PROJECT });
      expect(await api.update?.(SLUG, PROJECT, id, { [field]: 'Second' })).toMatchObject({ [field]: 'Second' });
      const listed = (await api.list?.(SLUG, PROJECT)) as unknown as object[] | { results: object[] };
      const all = Array.isArray(listed) ? listed : listed.results;
      expect(all).toContainEqual(expect.objectContaining({ id, [field]: 'Second' }));
      const again = api.create?.(SLUG, PROJECT, { ...fields, [field]: 'Third' }) ?? Promise.resolve();
      expect(await statusOf(again)).toEqual([409, { error: expect.any(String), id }]);
      await api.delete?.(SLUG, PROJECT, id);
      expect((await statusOf(api.retrieve?.(SLUG, PROJECT, id) ?? Promise.resolve()))[0]).toBe(404);
    },
  );

  it('announce cycles, modules, milestones, pages and projects', async () => {
    const events = await eventsOf(async () => {
      const cycle = await plane.cycles.create(SLUG, PROJECT, { name: 'C', owned_by: ADMIN, project_id: PROJECT });
      await plane.cycles.archive(SLUG, PROJECT, cycle.id);
      expect(await plane.cycles.listArchived(SLUG, PROJECT)).toMatchObject({ results: [{ id: cycle.id }] });
      await plane.cycles.unArchive(SLUG, PROJECT, cycle.id);
      await plane.cycles.delete(SLUG, PROJECT, cycle.id);
      const page = await plane.pages.createProjectPage(SLUG, PROJECT, { name: 'P', description_html: '<p>x</p>' });
      expect(await plane.pages.retrieveProjectPage(SLUG, PROJECT, page.id)).toMatchObject({ name: 'P' });
      const project = await plane.projects.create(SLUG, { name: 'New', identifier: 'NEW' });
      await plane.projects.update(SLUG, project.id, { description: 'more' });
      const { results } = (await plane.states.list(SLUG, project.id)) as unknown as { results: { name: string }[] };
      expect(results.map(({ name }) => name)).toEqual(['Backlog', 'Todo', 'In Progress', 'Done', 'Cancelled']);
      expect((await statusOf(plane.projects.create(SLUG, { name: 'Other', identifier: 'NEW' })))[0]).toBe(409);
      await plane.projects.delete(SLUG, project.id);
    });
    expect(events).toEqual([
      ...['created', 'archived', 'updated', 'deleted'].map((action) => `cycle.${action}`),
      'page.created',
      ...['created', 'updated', 'deleted'].map((action) => `project.${action}`),
    ]);
  });

  it('hold members, features, and the work items of a cycle', async () => {
    const ids = (await plane.workspace.getMembers(SLUG)).map(({ id }) => id);
    expect(ids).toEqual([ADMIN, MIKA]);
    expect(await plane.projects.getMembers(SLUG, PROJECT)).toMatchObject([{ role: 20 }, { role: 15 }]);
    expect(await plane.projects.updateFeatures(SLUG, PROJECT, { epics: true })).toMatchObject({ epics: true });
    const create = (name: string) => plane.cycles.create(SLUG, PROJECT, { name, owned_by: ADMIN, project_id: PROJECT });
    const [one, two] = [await create('one'), await create('two')];
    const items = async (id: string) =>
      (await plane.cycles.listWorkItemsInCycle(SLUG, PROJECT, id)).results.map((item) => item.id);
    await plane.cycles.addWorkItemsToCycle(SLUG, PROJECT, one.id, [ITEM]);
    expect([await items(one.id), await items(two.id)]).toEqual([[ITEM], []]);
    await plane.cycles.transferWorkItemsToAnotherCycle(SLUG, PROJECT, one.id, { new_cycle_id: two.id });
    expect([await items(one.id), await items(two.id)]).toEqual([[], [ITEM]]);
    await plane.cycles.removeWorkItemFromCycle(SLUG, PROJECT, two.id, ITEM);
    expect(await items(two.id)).toEqual([]);
  });
});

describe('work items', () => {
  it('are created with all their fields, found by an external id, and not created twice', async () => {
    const { results: states } = (await plane.states.list(SLUG, PROJECT)) as unknown as { results: { id: string }[] };
    const fields = {
      name: 'From elsewhere',
      description_html: '<p>x</p>',
      priority: 'high' as const,
      state: states[1]?.id ?? '',
      assignees: [ADMIN],
      labels: [SAMPLE.bugLabelId],
      parent: ITEM,
      start_date: '2026-05-01',
      target_date: '2026-05-31',
      external_source: 'tests',
      external_id: '42',
    };
    const item = await plane.workItems.create(SLUG, PROJECT, fields);
    expect(item).toMatchObject(fields);
    expect(await statusOf(plane.workItems.create(SLUG, PROJECT, fields))).toEqual([
      409,
      { error: expect.any(String), id: item.id },
    ]);
    const query = 'external_id=42&external_source=tests';
    expect(await (await get(`projects/${PROJECT}/work-items/?${query}`)).json()).toMatchObject({ id: item.id });
    expect((await get(`projects/${PROJECT}/work-items/?external_id=43&external_source=tests`)).status).toBe(404);
    const expanded = await plane.workItems.retrieve(SLUG, PROJECT, item.id, ['state', 'labels', 'assignees']);
    expect(expanded).toMatchObject({
      state: { name: 'In Progress' },
      labels: [{ name: 'bug' }],
      assignees: [{ id: ADMIN }],
    });
    await plane.workItems.delete(SLUG, PROJECT, item.id);
  });

  it('are listed in the order and with the fields that are asked for', async () => {
    const answer = await get(`projects/${PROJECT}/work-items/?order_by=-sequence_id&fields=id,sequence_id&per_page=2`);
    expect(await answer.json()).toMatchObject({ results: [{ sequence_id: 2 }, { id: ITEM, sequence_id: 1 }] });
    expect((await get(`projects/${PROJECT}/work-items/?order_by=nothing`)).status).toBe(500);
  });

  it('have a history, and are left out of lists while archived', async () => {
    const item = await plane.workItems.create(SLUG, PROJECT, { name: 'Old' });
    const events = await eventsOf(async () => {
      await plane.workItems.update(SLUG, PROJECT, item.id, { priority: 'low', target_date: '2026-06-01' });
      await plane.workItems.archive(SLUG, PROJECT, item.id);
    });
    expect(events).toEqual(['workitem.updated', 'workitem.archived']);
    const listed = await plane.workItems.list(SLUG, PROJECT);
    expect(listed.results.map(({ id }) => id)).not.toContain(item.id);
    expect(await plane.workItems.listArchived(SLUG, PROJECT)).toMatchObject({ results: [{ id: item.id }] });
    const { results } = await plane.workItems.activities.list(SLUG, PROJECT, item.id);
    expect(results.map(({ verb, field, old_value, new_value }) => [verb, field, old_value, new_value])).toEqual([
      ['created', null, null, null],
      ['updated', 'priority', 'none', 'low'],
      ['updated', 'target_date', null, '2026-06-01'],
      ['updated', 'archived_at', null, expect.any(String)],
    ]);
  });

  it('have links, relations from both sides, and attachments', async () => {
    const other = await plane.workItems.create(SLUG, PROJECT, { name: 'Other' });
    const relations = plane.workItems.relations;
    const events = await eventsOf(async () => {
      const link = await plane.links.create(SLUG, PROJECT, ITEM, { url: 'https://example.com', title: 'A' });
      await plane.links.update(SLUG, PROJECT, ITEM, link.id, { title: 'B' });
      expect(await plane.links.list(SLUG, PROJECT, ITEM)).toMatchObject({ results: [{ id: link.id, title: 'B' }] });
      await plane.links.delete(SLUG, PROJECT, ITEM, link.id);
      await relations.create(SLUG, PROJECT, ITEM, { relation_type: 'blocking', issues: [other.id] });
      expect(await relations.list(SLUG, PROJECT, other.id)).toMatchObject({ blocked_by: [ITEM], blocking: [] });
      await relations.delete(SLUG, PROJECT, other.id, { related_issue: ITEM });
      await attach();
    });
    expect(events).toEqual([
      ...['created', 'updated', 'deleted'].map((action) => `workitem.link.${action}`),
      ...['created', 'deleted'].map((action) => `workitem.relation.${action}`),
      'workitem.attachment.created',
    ]);
  });

  /** Attaches a file, as Plane's documentation describes it. */
  async function attach(): Promise<void> {
    const { attachments } = plane.workItems;
    const file = { name: 'notes.txt', size: 5, type: 'text/plain' };
    const made = (await attachments.create(SLUG, PROJECT, ITEM, file)) as unknown as {
      asset_id: string;
      upload_data: { url: string; fields: Record<string, string> };
    };
    expect((await statusOf(attachments.update(SLUG, PROJECT, ITEM, made.asset_id, { is_uploaded: true })))[0]).toBe(
      409,
    );
    const form = new FormData();
    for (const [name, value] of Object.entries(made.upload_data.fields)) form.append(name, value);
    form.append('file', new Blob(['hello']), file.name);
    expect((await fetch(made.upload_data.url, { method: 'POST', body: form })).status).toBe(204);
    expect(await attachments.list(SLUG, PROJECT, ITEM)).toEqual([]);
    await attachments.update(SLUG, PROJECT, ITEM, made.asset_id, { is_uploaded: true });
    expect(await attachments.list(SLUG, PROJECT, ITEM)).toMatchObject([
      { id: made.asset_id, attributes: { name: file.name } },
    ]);
  }

  it('have comments that are edited and deleted', async () => {
    const { comments } = plane.workItems;
    const events = await eventsOf(async () => {
      const fields = { comment_html: '<p>one</p>', external_id: 'c1', external_source: 'tests' };
      const { id } = await comments.create(SLUG, PROJECT, ITEM, fields);
      expect(await statusOf(comments.create(SLUG, PROJECT, ITEM, fields))).toMatchObject([409, { id }]);
      const edited = await comments.update(SLUG, PROJECT, ITEM, id, { comment_html: '<p>two</p>' });
      expect(edited).toMatchObject({ comment_stripped: 'two', edited_at: expect.any(String) });
      await comments.delete(SLUG, PROJECT, ITEM, id);
      expect((await statusOf(comments.retrieve(SLUG, PROJECT, ITEM, id)))[0]).toBe(404);
    });
    expect(events).toEqual(['created', 'updated', 'deleted'].map((action) => `workitem.comment.${action}`));
  });

  it('of the intake are found by their work item', async () => {
    const { issue = '' } = await plane.intake.create(SLUG, PROJECT, { issue: { name: 'Asked' } });
    const changed = await plane.intake.update(SLUG, PROJECT, issue, { status: 1, issue: { name: 'Accepted' } });
    expect(changed).toMatchObject({ status: 1, issue_detail: { name: 'Accepted' } });
    expect(await plane.intake.list(SLUG, PROJECT)).toMatchObject({ results: [{ issue }] });
    await plane.intake.delete(SLUG, PROJECT, issue);
    expect((await statusOf(plane.workItems.retrieve(SLUG, PROJECT, issue)))[0]).toBe(404);
  });

  it('have values of properties, which have options', async () => {
    const type = await plane.workItemTypes.create(SLUG, PROJECT, { name: 'Bug report' });
    const { workItemProperties: properties } = plane;
    const property = await properties.create(SLUG, PROJECT, type.id, {
      name: 'severity',
      display_name: 'Severity',
      property_type: 'OPTION',
      is_required: false,
    });
    const option = await properties.options.create(SLUG, PROJECT, property.id, { name: 'high' });
    expect(await properties.options.list(SLUG, PROJECT, property.id)).toMatchObject([{ id: option.id }]);
    expect(await properties.list(SLUG, PROJECT, type.id)).toMatchObject([{ id: property.id }]);
    await properties.values.create(SLUG, PROJECT, ITEM, property.id, { value: option.id });
    expect(await properties.values.list(SLUG, PROJECT, ITEM)).toEqual([
      { property_id: property.id, values: [option.id] },
    ]);
  });
});
