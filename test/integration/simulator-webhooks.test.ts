import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHmac } from 'node:crypto';
import { type IncomingHttpHeaders, createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { until } from '../support/until.js';

const ADMIN = '754009ab-3fb5-424e-909a-b46e9c9d0c4f';
const BOT = '7286aaa7-9250-4851-a520-29c904fd7654';
const INSTALLATION = '34b97361-8636-43dc-953e-90deedc8498f';
const PROJECT = '59e3be42-87ec-4950-99a3-ae639cf2b089';
const WORK_ITEM = '775c5716-5302-4617-bb9f-2cd843911268';
const JSON_TYPE = { 'content-type': 'application/json' };

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
}
interface State {
  deliveries: { id: string; status: string; attempts: { status: number | null; error: string | null }[] }[];
  disabled: boolean;
  dropped: number;
  requests: Record<string, number>;
}

let plane: RunningSimulator;
let app: Server;
let received: Received[];
/** What the app answers next; the last one stays. `null` is no answer at all. */
let answers: (number | null)[];

async function control<Answer = { deliveries: string[]; id: string }>(
  path: string,
  body: unknown = {},
): Promise<Answer> {
  const init = { method: 'POST', body: JSON.stringify(body), headers: JSON_TYPE };
  return (await (await fetch(`${plane.url}/_simulator${path}`, init)).json()) as Answer;
}

const state = async () => (await (await fetch(`${plane.url}/_simulator/state`)).json()) as State;

async function settled(id: string | undefined) {
  return until('the simulator', async () => {
    const found = (await state()).deliveries.find((delivery) => delivery.id === id);
    return found && !['sending', 'waiting'].includes(found.status) ? found : false;
  });
}

/** What the app received, once it is so many. */
const gets = (count: number) => until('the simulator', () => received.length >= count && received);
const payload = (index: number) => JSON.parse(received[index]?.body ?? '') as Record<string, unknown>;

async function botToken(): Promise<string> {
  const headers = { authorization: `Basic ${btoa(`${plane.clientId}:${plane.clientSecret}`)}` };
  const body = new URLSearchParams({ grant_type: 'client_credentials', app_installation_id: INSTALLATION });
  const answer = await fetch(`${plane.url}/auth/o/token/`, { method: 'POST', headers, body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function api(path: string, body?: unknown): Promise<Response> {
  const headers = { authorization: `Bearer ${await botToken()}`, ...JSON_TYPE };
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  return fetch(`${plane.url}/api/v1/workspaces/sandbox${path}`, { headers, ...init });
}

beforeEach(async () => {
  received = [];
  answers = [202];
  app = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
      const status = answers.length > 1 ? answers.shift() : answers[0];
      if (status) response.writeHead(status).end('{"status":"accepted"}');
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/webhooks/plane`;
  plane = await startSimulator({ port: 0, webhookUrl, timeScale: 60_000 });
  await control('/installations');
});
afterEach(async () => {
  await plane.close();
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
});

describe('a comment', () => {
  it('is sent as v2, signed over the bytes that Python would write', async () => {
    await control('/comments', { text: '/ping 😀', author: 'admin' });
    const [webhook] = await gets(1);
    expect(webhook?.headers).toMatchObject({
      'user-agent': 'Autopilot',
      'x-plane-event': 'workitem.comment.created',
      'x-plane-signature': createHmac('sha256', plane.webhookSecret)
        .update(webhook?.body ?? '')
        .digest('hex'),
    });
    expect(webhook?.body).toMatch(/^\{"version": "v2", "delivery_id": "[^"]+", /);
    expect(webhook?.body).toContain('"comment_stripped": "/ping \\ud83d\\ude00"');
    expect(payload(0)).toMatchObject({
      delivery_id: webhook?.headers['x-plane-delivery'],
      data: { id: WORK_ITEM, comment: { actor_id: ADMIN, edited_at: null } },
      previous_attributes: {},
    });
  });

  it('is sent as v1, and by the Community Edition without the plain text', async () => {
    await control('/comments', { text: 'a & b', shape: 'v1' });
    await gets(1);
    await control('/comments', { text: 'a & b', shape: 'ce', author: 'member', warts: true });
    await gets(2);
    expect(payload(0)).toMatchObject({
      event: 'issue_comment',
      action: 'created',
      data: { comment_stripped: 'a & b' },
    });
    expect(payload(1)).toMatchObject({
      action: 'create',
      data: { comment_html: '<p>a &amp; b</p>', access: 'INTERNAL' },
      activity: { actor: { display_name: 'mika' } },
    });
    expect(payload(1).data).not.toHaveProperty('comment_stripped');
  });

  it('by the bot is sent with the bot as its author', async () => {
    const path = `/projects/${PROJECT}/work-items/${WORK_ITEM}/comments/`;
    expect((await api(path, { comment_html: '<p>pong</p>' })).status).toBe(201);
    await gets(1);
    expect(payload(0)).toMatchObject({ data: { comment: { actor_id: BOT, comment_stripped: 'pong' } } });
  });

  it('is not sent if the app is not installed', async () => {
    expect(await control('/comments', { workspace: 'harbour', text: 'hello' })).toMatchObject({
      deliveries: [],
    });
    expect(await control('/comments', { text: 'hello', shape: 'v3' })).toMatchObject({
      error: expect.stringContaining('v2,v1,ce'),
    });
  });
});

describe('a changed work item', () => {
  const changes = { state: 'aa7b88e5-304b-4221-ba09-94340dcc36e5', priority: 'high', assignees: [ADMIN] };

  it('is sent as one v2 webhook with the old values', async () => {
    await control(`/work-items/${WORK_ITEM}`, { changes, warts: true });
    await gets(1);
    expect(payload(0)).toMatchObject({
      event: 'WebhookScope.ScopeChoices.WORK_ITEM_UPDATED',
      data: { priority: 'high', point: 'None' },
      previous_attributes: {
        state_id: '067b88e5-304b-4221-ba09-94340dcc36e5',
        priority: 'none',
        assignee_ids: [],
      },
    });
  });

  it('is sent as one CE webhook per changed key, all with the same new state', async () => {
    const { deliveries } = await control('/work-items/WEB-1', { changes, shape: 'ce' });
    expect(deliveries).toHaveLength(5);
    await gets(5);
    const activities = received.map((_, index) => payload(index).activity as { field: string; new_value: unknown });
    expect(activities.map(({ field }) => field).toSorted()).toEqual([
      'assignee_ids',
      'assignees',
      'priority',
      'state',
      'state_id',
    ]);
    expect(activities.find(({ field }) => field === 'state')).toMatchObject({
      old_value: 'Todo',
      new_value: 'In Progress',
    });
    expect(payload(0).data).toMatchObject({ assignees: [{ id: ADMIN }], priority: 'high' });
    expect(received[0]?.body).toContain('"sort_order": 65535.0');
  });

  it('is sent as a delete event and is no longer found', async () => {
    await control(`/work-items/${WORK_ITEM}/delete`, { shape: 'ce', warts: true });
    await gets(1);
    expect(payload(0)).toMatchObject({ action: 'delete', data: { id: WORK_ITEM } });
    expect((await api(`/projects/${PROJECT}/work-items/${WORK_ITEM}/`)).status).toBe(404);
  });

  it('can be deleted as Plane’s SDK does it: a JSON content type without a body', async () => {
    const headers = { authorization: `Bearer ${await botToken()}`, ...JSON_TYPE };
    const path = `/api/v1/workspaces/sandbox/projects/${PROJECT}/work-items/${WORK_ITEM}/`;
    expect((await fetch(plane.url + path, { method: 'DELETE', headers })).status).toBe(204);
  });
});

describe('a webhook without a successful response', () => {
  it('is retried after a 5xx with the same event id and a new delivery id', async () => {
    answers = [503, 202];
    const { deliveries } = await control('/comments', { text: 'x' });
    expect(await settled(deliveries[0])).toMatchObject({
      status: 'delivered',
      attempts: [{ status: 503 }, { status: 202 }],
    });
    expect(payload(0).event_id).toBe(payload(1).event_id);
    expect(payload(0).delivery_id).not.toBe(payload(1).delivery_id);
  });

  it('is not retried after a 4xx, nor by the Community Edition after a 5xx', async () => {
    answers = [429, 503];
    const v2 = await control('/comments', { text: 'x' });
    expect(await settled(v2.deliveries[0])).toMatchObject({ status: 'refused', attempts: [{ status: 429 }] });
    const ce = await control('/comments', { text: 'x', shape: 'ce' });
    expect(await settled(ce.deliveries[0])).toMatchObject({ status: 'refused', attempts: [{ status: 503 }] });
  });

  it('is retried by the Community Edition after a time-out', async () => {
    await control('/settings', { webhookTimeoutMs: 1000 });
    answers = [null];
    const { deliveries } = await control('/comments', { text: 'x', shape: 'ce' });
    await until('a time-out', async () => (await state()).deliveries.some(({ attempts }) => attempts.length > 0));
    answers = [202];
    await control('/settings', { webhookTimeoutMs: 600_000 });
    const { status, attempts } = await settled(deliveries[0]);
    expect([status, attempts[0], attempts.at(-1)]).toMatchObject([
      'delivered',
      { status: null, error: 'no answer within 1000 ms' },
      { status: 202 },
    ]);
  });

  it('disables the webhook after five retries, and later events are lost', async () => {
    answers = [500];
    const { deliveries } = await control('/comments', { text: 'x' });
    expect((await settled(deliveries[0])).attempts).toHaveLength(6);
    await control('/comments', { text: 'lost' });
    expect(await state()).toMatchObject({ disabled: true, dropped: 1 });
    answers = [202];
    await control('/webhook', { enabled: true });
    const after = await control('/comments', { text: 'y' });
    expect(await settled(after.deliveries[0])).toMatchObject({ status: 'delivered' });
    expect(received).toHaveLength(7);
  });
});

describe('a custom webhook', () => {
  it('is sent unchanged, floats included, with a valid, an invalid or no signature', async () => {
    await control('/send', { event: 'x.y', bodyBase64: btoa('not json') });
    await gets(1);
    await control('/send', { event: 'x.y', bodyBase64: btoa('not json'), signature: 'wrong' });
    await gets(2);
    await control('/send', { event: 'x.y', bodyBase64: '', signature: null });
    await gets(3);
    const init = {
      method: 'POST',
      headers: JSON_TYPE,
      body: '{"event":"x.y","payload":{"a":1.0,"b":[1,"ß"]}}',
    };
    await fetch(`${plane.url}/_simulator/send`, init);
    const all = await gets(4);
    expect(all.map(({ body }) => body)).toEqual(['not json', 'not json', '', '{"a": 1.0, "b": [1, "\\u00df"]}']);
    const right = createHmac('sha256', plane.webhookSecret).update('not json').digest('hex');
    expect(all.map(({ headers }) => headers['x-plane-signature']).slice(0, 3)).toEqual([right, 'wrong', undefined]);
  });
});
