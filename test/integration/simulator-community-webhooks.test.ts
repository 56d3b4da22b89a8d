import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { SAMPLE } from '../../simulator/world/seed.js';
import { recordedWebhooks } from '../support/recorded-community.js';
import { until } from '../support/until.js';

interface Body {
  readonly event: string;
  readonly action: string;
  readonly data: Record<string, unknown>;
  readonly activity?: { readonly field: string | null; readonly old_value: unknown; readonly new_value: unknown };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const ITEM = `/api/v1/workspaces/sandbox/projects/${SAMPLE.projectId}/work-items/${SAMPLE.workItemId}/`;
/** Answers are given in turn; `null` closes the connection. */
type Answer = number | null;

let plane: RunningSimulator;
let app: Server;
let bodies: string[];

async function start(release: string, answers: Answer[] = [200]): Promise<void> {
  bodies = [];
  app = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      const answer = answers.length > 1 ? (answers.shift() ?? null) : (answers[0] ?? null);
      if (answer === null) request.socket.destroy();
      else response.writeHead(answer).end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => app.once('listening', resolve));
  const webhookUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
  plane = await startSimulator({ port: 0, edition: 'ce', plane: release, webhookUrl, timeScale: 100_000 });
}

afterEach(async () => {
  await plane.close();
  app.closeAllConnections();
  app.close();
});

async function send(path: string, body: object, method: 'POST' | 'PATCH' = 'POST'): Promise<Response> {
  const headers = { ...JSON_TYPE, 'x-api-key': plane.apiKey };
  const answer = await fetch(plane.url + path, { method, headers, body: JSON.stringify(body) });
  expect(answer.ok).toBe(true);
  return answer;
}

const change = async (changes: object): Promise<Response> =>
  send(`/_simulator/work-items/${SAMPLE.workItemId}`, { changes });
const deliveries = async (): Promise<{ status: string; attempts: object[] }[]> => {
  const state = (await (await fetch(`${plane.url}/_simulator/state`)).json()) as { deliveries: [] };
  return state.deliveries;
};

/** What arrived, in any order, once nothing is on its way: `issue updated state Todo→Done`. */
async function arrived(): Promise<string[]> {
  await until('every webhook was sent', async () => (await deliveries()).every(({ status }) => status === 'delivered'));
  const texts = bodies.map((body) => {
    const { event, action, activity } = JSON.parse(body) as Body;
    const text = (value: unknown): string => (Array.isArray(value) ? `[${value.length}]` : String(value));
    if (activity === undefined) return `${event} ${action}`;
    if (activity.field === null) return `${event} ${action} -`;
    return `${event} ${action} ${activity.field} ${text(activity.old_value)}→${text(activity.new_value)}`;
  });
  bodies = [];
  return texts.toSorted();
}

const DONE = async (): Promise<string> => {
  const state = (await (await fetch(`${plane.url}/_simulator/state`)).json()) as {
    workspaces: { projects: { id: string; states: { id: string; name: string }[] }[] }[];
  };
  const projects = state.workspaces.flatMap((workspace) => workspace.projects);
  const states = projects.find(({ id }) => id === SAMPLE.projectId)?.states ?? [];
  return states.find(({ name }) => name === 'Done')?.id ?? '';
};

describe('a release of the community edition', () => {
  it.each([
    ['v0.19.0', ['issue update', 'issue update']],
    [
      'v0.26.0',
      [
        'issue updated assignee_ids [0]→[1]',
        'issue updated assignees null→zoë',
        'issue updated priority none→low',
        'issue updated priority none→low',
      ],
    ],
    ['v1.0.0', ['issue updated assignee_ids [0]→[1]', 'issue updated priority none→low']],
    ['v1.3.1', ['issue updated assignee_ids [0]→[1]', 'issue updated priority none→low']],
  ])('%s announces an edit in the web app by %j', async (release, expected) => {
    await start(release);
    await change({ priority: 'low', assignees: [SAMPLE.adminId] });
    expect(await arrived()).toEqual(expected);
  });

  it.each([
    ['v0.26.0', ['issue updated priority none→low']],
    ['v1.0.0', []],
    ['v1.3.1', [`issue updated priority none→low`, `issue updated state ${SAMPLE.todoStateId}→…`]],
  ])('%s announces an edit by API by %j', async (release, expected) => {
    await start(release);
    const done = await DONE();
    await send(ITEM, { priority: 'low', state: done }, 'PATCH');
    expect(await arrived()).toEqual(expected.map((text) => text.replace('…', done)));
  });

  it.each([
    ['v0.19.0', ['issue create', 'issue delete', 'issue_comment create', 'issue_comment delete']],
    [
      'v0.26.0',
      [
        'issue created -',
        'issue deleted issue null→null',
        'issue updated assignees null→zoë',
        'issue_comment created description null→<p>a</p>',
        'issue_comment deleted description null→null',
      ],
    ],
    [
      'v0.25.0',
      [
        'issue created -',
        'issue deleted issue null→null',
        'issue updated assignees null→zoë',
        'issue_comment created description null→<p>a</p>',
      ],
    ],
    ['v1.0.0', ['issue created -', 'issue_comment created -']],
    ['v1.3.1', ['issue created -', 'issue_comment created -']],
  ])('%s announces creations and deletions by %j', async (release, expected) => {
    await start(release);
    const fields = { name: 'New', assignees: [SAMPLE.adminId] };
    const { id } = (await (await send('/_simulator/work-items', { fields })).json()) as { id: string };
    const comment = (await (await send(`${ITEM}comments/`, { comment_html: '<p>a</p>' })).json()) as { id: string };
    await fetch(`${plane.url}${ITEM}comments/${comment.id}/`, {
      method: 'DELETE',
      headers: { 'x-api-key': plane.apiKey },
    });
    await send(`/_simulator/work-items/${id}/delete`, {});
    expect(await arrived()).toEqual(expected);
  });

  const PROJECT = `/api/v1/workspaces/sandbox/projects/${SAMPLE.projectId}/`;
  const create = async (path: string, body: object): Promise<string> =>
    ((await (await send(PROJECT + path, body)).json()) as { id: string }).id;

  it.each(['v0.26.0', 'v0.20.0', 'v0.26.1', 'v1.3.1'])(
    '%s announces parts of a work item, up to v0.26.0',
    async (release) => {
      await start(release);
      const [cycle, other] = [
        await create('cycles/', { name: 'Sprint' }),
        await create('work-items/', { name: 'Other' }),
      ];
      await arrived();
      const members = `cycles/${cycle}/cycle-issues/`;
      await send(PROJECT + members, { issues: [SAMPLE.workItemId] });
      const headers = { 'x-api-key': plane.apiKey };
      await fetch(`${plane.url}${PROJECT}${members}${SAMPLE.workItemId}/`, { method: 'DELETE', headers });
      await send(`${ITEM}relations/`, { relation_type: 'blocking', issues: [other] });
      await send(`/_simulator/work-items/${SAMPLE.workItemId}/reactions`, { reaction: '128077' });
      await send(`/_simulator/work-items/${SAMPLE.workItemId}/reactions`, { reaction: '128077', removed: true });
      const intake = (await (await send(`${PROJECT}intake-issues/`, { issue: { name: 'In' } })).json()) as {
        issue: string;
      };
      await send(`${PROJECT}intake-issues/${intake.issue}/`, { status: 1 }, 'PATCH');
      const parts = [
        'intake_issue 1 intake Pending→Accepted',
        'issue created cycles null→Sprint',
        'issue created reaction null→128077',
        'issue deleted cycles Sprint→null',
        'issue deleted reaction 128077→null',
      ];
      const relations = (await arrived()).filter((text) => text !== 'issue created -');
      const expected = [...parts, 'issue updated blocked_by null→…', 'issue updated blocking null→…'];
      const found = relations.map((text) => text.replace(/(block.*→).*/, '$1…'));
      expect(found).toEqual(['v0.26.0', 'v0.20.0'].includes(release) ? expected : []);
    },
  );

  it('sends the events alone that the webhook was chosen for', async () => {
    await start('v0.26.0');
    await send('/_simulator/webhook', { enabled: true, events: ['issue_comment', 'cycle'] });
    await create('cycles/', { name: 'Sprint' });
    await change({ priority: 'low' });
    await send(`${ITEM}comments/`, { comment_html: '<p>a</p>' });
    expect(await arrived()).toEqual(['cycle created -', 'issue_comment created description null→<p>a</p>']);
    await send('/_simulator/webhook', { enabled: true, events: ['issue'] });
    await send(`${ITEM}comments/`, { comment_html: '<p>b</p>' });
    await change({ priority: 'high' });
    expect(await arrived()).toHaveLength(2);
  });

  it.each(['v0.26.0', 'v1.0.0', 'v1.3.1'] as const)(
    '%s sends the keys that were recorded, in their order',
    async (release) => {
      await start(release);
      await change({ priority: 'low' });
      await send(`${ITEM}comments/`, { comment_html: '<p>a</p>' });
      await arrived();
      await send(`${ITEM}comments/`, { comment_html: '<p>b</p>' });
      await change({ priority: 'high' });
      await until('both arrived', () => bodies.some((body) => body.includes('issue_comment')) && bodies.length >= 2);
      const recorded = recordedWebhooks(release);
      for (const body of bodies) {
        const { event, action, data, activity = {} } = JSON.parse(body) as Body;
        const same = recorded.find(({ payload }) => payload['event'] === event && payload['action'] === action);
        expect(Object.keys(data)).toEqual(Object.keys(same?.payload['data'] as object));
        expect(Object.keys(activity)).toEqual(Object.keys(same?.payload['activity'] as object));
      }
    },
  );

  it('up to v0.27 still lists who was removed', async () => {
    await start('v0.27.1');
    await change({ assignees: [SAMPLE.adminId] });
    await change({ assignees: [] });
    await until('both arrived', () => bodies.length >= 2);
    const lists = bodies.map((body) => ((JSON.parse(body) as Body).data['assignees'] as object[]).length);
    expect(lists).toEqual([1, 1]);
  });

  it('takes every answer as delivered, and disables the webhook after six closed connections', async () => {
    await start('v1.3.1', [503, 404, null]);
    for (const text of ['<p>a</p>', '<p>b</p>', '<p>c</p>']) {
      await send(`${ITEM}comments/`, { comment_html: text });
      await until('it was sent', async () =>
        ['delivered', 'given_up'].includes((await deliveries()).at(-1)?.status ?? ''),
      );
    }
    const sent = await deliveries();
    expect(sent.map(({ status, attempts }) => [status, attempts.length])).toEqual([
      ['delivered', 1],
      ['delivered', 1],
      ['given_up', 6],
    ]);
    await send(`${ITEM}comments/`, { comment_html: '<p>d</p>' });
    expect((await deliveries()).at(-1)?.status).toBe('dropped');
    await send('/_simulator/webhook', { enabled: true });
    await send(`${ITEM}comments/`, { comment_html: '<p>e</p>' });
    expect((await deliveries()).at(-1)?.status).not.toBe('dropped');
  });

  it('needs a version', async () => {
    await start('v1.3.1');
    await expect(startSimulator({ port: 0, edition: 'ce', plane: 'latest' })).rejects.toThrow('is no version of Plane');
  });
});
