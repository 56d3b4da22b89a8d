import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SAMPLE } from '../../simulator/world/seed.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';

const WORK_ITEM = '775c5716-5302-4617-bb9f-2cd843911268';
const INSTALLATION = '34b97361-8636-43dc-953e-90deedc8498f';

let plane: RunningSimulator;
let lines: string[];

const get = async (path: string) => (await fetch(plane.url + path)).text();
const live = async () => JSON.parse(await get(`/live?item=${WORK_ITEM}`)) as Record<string, string>;

function submit(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  const body = new URLSearchParams({ workItem: WORK_ITEM, ...form });
  return fetch(plane.url + path, { method: 'POST', body, headers, redirect: 'manual' });
}

/** Submits as the page's script does. */
async function post(path: string, body: URLSearchParams): Promise<unknown> {
  const headers = { accept: 'application/json' };
  return (await fetch(plane.url + path, { method: 'POST', body, headers })).json();
}

async function mint(): Promise<string> {
  const headers = { authorization: `Basic ${btoa(`${plane.clientId}:${plane.clientSecret}`)}` };
  const body = new URLSearchParams({ grant_type: 'client_credentials', app_installation_id: INSTALLATION });
  const answer = await fetch(`${plane.url}/auth/o/token/`, { method: 'POST', headers, body });
  return ((await answer.json()) as { access_token: string }).access_token;
}

beforeEach(async () => {
  lines = [];
  const webhookUrl = 'http://127.0.0.1:9/webhooks/plane';
  plane = await startSimulator({ port: 0, webhookUrl, log: (line) => lines.push(line) });
  await fetch(`${plane.url}/_simulator/installations`, { method: 'POST' });
});
afterEach(() => plane.close());

describe('the front page', () => {
  it('shows the client id and the target of Install, with a strict Content-Security-Policy', async () => {
    const answer = await fetch(plane.url);
    const text = await answer.text();
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain(plane.clientId);
    expect(text).toContain('href="http://localhost:3000/oauth/setup"');
    expect(text).not.toMatch(/<script(?![^>]*src=)|style=|onclick=/);
  });

  it('accepts a comment from a form, with and without JavaScript, and shows it escaped', async () => {
    const plain = await submit('/page/comments', { text: '<b>hello</b>', author: 'member', shape: 'ce' });
    expect([plain.status, plain.headers.get('location')]).toEqual([303, `/?item=${WORK_ITEM}`]);
    const scripted = await submit('/page/comments', { text: 'again' }, { accept: 'application/json' });
    expect(await scripted.json()).toEqual({ done: true });
    const { thread, deliveries } = await live();
    expect(thread).toContain('&lt;b&gt;hello&lt;/b&gt;');
    expect(thread).toContain('Mika Okafor');
    expect(deliveries).toContain('issue_comment');
    expect(deliveries).toContain('workitem.comment.created');
  });

  it('starts, prompts and stops a run', async () => {
    expect((await submit('/page/prompt', { text: 'early' })).status).toBe(409);
    await submit('/page/runs', { text: '@app hi' });
    await submit('/page/prompt', { text: '', signal: 'stop' });
    expect((await live()).runs).toContain('stopping');
  });

  it('shows a run: the thread, its steps, those that were superseded struck, choices, a link, a reply and a stop', async () => {
    await submit('/page/comments', { text: '@your-app <b>late</b>?' });
    const { runs: all } = JSON.parse(await get('/_simulator/state')) as { runs: { id: string }[] };
    const run = all[0]?.id ?? '';
    const bearer = await mint();
    const report = async (type: string, more: object = {}) => {
      const init = { method: 'POST', body: JSON.stringify({ type, content: { type, body: `my ${type}` }, ...more }) };
      const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
      const path = `/api/v1/workspaces/sandbox/runs/${run}/activities/`;
      expect((await fetch(plane.url + path, { ...init, headers })).status).toBe(201);
    };
    const shown = async () => (await live()).runs ?? '';
    await report('thought');
    expect((await live()).thread).toContain('@your-app &lt;b&gt;late&lt;/b&gt;?');
    expect(await shown()).toContain('data-status="in_progress"');
    expect(await shown()).toMatch(/class="ephemeral"><span class="kind">thought/);
    expect(await shown()).toContain(`id="stop-${run}"`);
    await report('elicitation', { signal: 'auth_request', signal_metadata: { url: 'https://hangar.example/?a&b' } });
    expect(await shown()).toMatch(/class="ephemeral superseded"><span class="kind">thought/);
    expect(await shown()).toContain('href="https://hangar.example/?a&amp;b"');
    const options = [{ id: 'w', label: 'WEB', description: 'Website' }];
    await report('elicitation', { signal: 'select', signal_metadata: { options } });
    expect(await shown()).not.toContain('href=');
    expect(await shown()).toMatch(/<button name="text" value="WEB"[^>]*>WEB <span class="hint">Website/);
    await submit('/page/prompt', { run, text: 'WEB' });
    expect(await shown()).not.toContain('value="WEB"');
    expect((await live()).thread).toMatch(/class="admin reply"(?:(?!<li).)*WEB/s);
    await report('response');
    expect(await shown()).toContain('data-status="completed"');
    expect(await shown()).not.toContain('stop-');
  });

  it('changes the work item, disables the webhook and uninstalls the app', async () => {
    await submit('/page/work-items', { priority: 'urgent' });
    expect((await live()).deliveries).toContain('workitem.updated');
    await submit('/page/webhook', { workspace: 'sandbox', enabled: 'false' });
    expect((await live()).app).toContain('Webhook disabled');
    await submit('/page/uninstall', { installation: INSTALLATION });
    expect((await live()).app).toContain('not installed yet');
  });

  it('sets labels and assignees, and takes them away', async () => {
    const item = async () => {
      const { workItems } = JSON.parse(await get('/_simulator/state')) as {
        workItems: { labelIds: string[]; assigneeIds: string[]; name: string; identifier: string }[];
      };
      return workItems;
    };
    const form = new URLSearchParams({ workItem: WORK_ITEM });
    for (const [name, values] of [
      ['labels', ['', SAMPLE.bugLabelId]],
      ['assignees', ['', SAMPLE.adminId]],
    ] as const)
      for (const value of values) form.append(name, value);
    await post('/page/work-items', form);
    expect((await item())[0]).toMatchObject({ labelIds: [SAMPLE.bugLabelId], assigneeIds: [SAMPLE.adminId] });
    expect(await get('/')).toContain(`value="${SAMPLE.bugLabelId}" checked`);
    await post('/page/work-items', new URLSearchParams({ workItem: WORK_ITEM, labels: '', assignees: '' }));
    expect((await item())[0]).toMatchObject({ labelIds: [], assigneeIds: [] });
    const made = await post('/page/create', new URLSearchParams({ workItem: WORK_ITEM, name: 'From the page' }));
    expect(made).toMatchObject({ done: true, item: expect.any(String) });
    expect(await item()).toContainEqual(expect.objectContaining({ name: 'From the page', identifier: 'WEB-3' }));
  });

  it('rejects a form of another site', async () => {
    const answer = await submit('/page/comments', { text: 'x' }, { 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(403);
  });
});

describe('secrets', () => {
  it('are neither shown nor logged', async () => {
    const token = await mint();
    const shown = [await get('/'), await get('/_simulator/state'), ...lines].join('\n');
    for (const secret of [plane.clientSecret, plane.webhookSecret, plane.apiKey, token])
      expect(shown).not.toContain(secret);
    expect(plane.webhookSecret).toMatch(/^plane_wh_[0-9a-f]{32}$/);
  });
});

describe('control requests', () => {
  const control = async (path: string, body: string) => {
    const init = { method: 'POST', body, headers: { 'content-type': 'application/json' } };
    const answer = await fetch(`${plane.url}/_simulator${path}`, init);
    return [answer.status, await answer.json()];
  };

  it.each([
    ['/comments', '{"text": "x", "colour": "red"}', '"colour" is unknown.'],
    ['/comments', '{}', '"text" (or "html") must be given.'],
    ['/comments', '{"text": 1}', '"text" must be string.'],
    ['/comments', '{"text"', 'The body is not JSON'],
    ['/comments', '{"text": "x", "author": "nobody"}', '"nobody" is no user'],
    ['/comments', '{"text": "x", "workItem": "WEB-99"}', 'no work item "WEB-99"'],
    [`/work-items/${WORK_ITEM}`, '{"changes": {"size": 3}}', '"size" cannot be changed'],
    [`/work-items/${WORK_ITEM}`, '{"changes": {"state": "x"}}', 'no state "x"'],
    ['/settings', '{"retries": -1}', '"retries" must be >= 0.'],
    ['/faults', '{"match": "api", "kind": "slow"}', '"match" must be the prefix of a path'],
    ['/send', '{"event": "x"}', '"payload" or "bodyBase64" must be given.'],
  ])('%s %s returns 400 with a clear message', async (path, body, text) => {
    expect(await control(path, body)).toEqual([400, { error: expect.stringContaining(text) }]);
  });
});
