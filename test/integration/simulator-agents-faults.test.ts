import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { until } from '../support/until.js';

const INSTALLATION = '34b97361-8636-43dc-953e-90deedc8498f';
const JSON_TYPE = { 'content-type': 'application/json' };

interface Webhook {
  event: string | undefined;
  payload: Record<string, unknown>;
}

let plane: RunningSimulator;
let app: Server;
let webhooks: Webhook[];

async function control<Answer = Record<string, unknown>>(path: string, body: unknown = {}): Promise<Answer> {
  const init = { method: 'POST', body: JSON.stringify(body), headers: JSON_TYPE };
  return (await (await fetch(`${plane.url}/_simulator${path}`, init)).json()) as Answer;
}

const webhook = (event: string) => until('the simulator', () => webhooks.find((each) => each.event === event));

function mint(): Promise<Response> {
  const headers = { authorization: `Basic ${btoa(`${plane.clientId}:${plane.clientSecret}`)}` };
  const body = new URLSearchParams({ grant_type: 'client_credentials', app_installation_id: INSTALLATION });
  return fetch(`${plane.url}/auth/o/token/`, { method: 'POST', headers, body });
}

beforeEach(async () => {
  webhooks = [];
  app = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const event = request.headers['x-plane-event'] as string | undefined;
      webhooks.push({ event, payload: JSON.parse(body) as Record<string, unknown> });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(app.address() as AddressInfo).port}/`;
  plane = await startSimulator({ port: 0, webhookUrl });
  await control('/installations');
});
afterEach(async () => {
  await plane.close();
  app.closeAllConnections();
  await new Promise((resolve) => app.close(resolve));
});

describe('an agent run', () => {
  let run: string;
  let bearer: string;
  const path = () => `${plane.url}/api/v1/workspaces/sandbox/runs/${run}/`;
  const headers = () => ({ authorization: `Bearer ${bearer}`, ...JSON_TYPE });
  const read = async () => (await fetch(path(), { headers: headers() })).json() as Promise<{ status: string }>;
  const report = (activity: object) =>
    fetch(`${path()}activities/`, { method: 'POST', headers: headers(), body: JSON.stringify(activity) });

  beforeEach(async () => {
    ({ id: run } = await control<{ id: string }>('/runs', { text: '@app what is late?' }));
    bearer = ((await (await mint()).json()) as { access_token: string }).access_token;
  });

  it('starts with a mention and ends with a response, which becomes a comment', async () => {
    expect((await webhook('agent_run_create')).payload).toMatchObject({
      type: 'agent_run',
      action: 'created',
      agent_run: { id: run, status: 'created' },
      app_client_id: plane.clientId,
    });
    expect((await report({ type: 'thought', content: { type: 'thought', body: 'hm' } })).status).toBe(201);
    expect((await read()).status).toBe('in_progress');
    const answer = await report({ type: 'response', content: { type: 'response', body: 'nothing' } });
    expect(await answer.json()).toMatchObject({ ephemeral: false, comment: expect.any(String) });
    expect((await read()).status).toBe('completed');
    const state = await (await fetch(`${plane.url}/_simulator/state`)).json();
    expect(state).toMatchObject({ comments: [{ text: '@app what is late?' }, { text: 'nothing' }] });
  });

  it('is stopped on request', async () => {
    await control(`/runs/${run}/prompt`, { body: 'stop', signal: 'stop' });
    expect((await webhook('agent_run_user_prompt')).payload).toMatchObject({
      type: 'agent_run_activity',
      agent_run_activity: { type: 'prompt', signal: 'stop', content: { type: 'prompt', body: 'stop' } },
    });
    expect((await read()).status).toBe('stopping');
    await report({ type: 'response', content: { type: 'response', body: 'Stopped.' } });
    expect((await read()).status).toBe('stopped');
  });

  it('rejects requests that Plane would reject, and becomes stale', async () => {
    const numbers = {
      type: 'action',
      content: { type: 'action', action: 'count', parameters: { limit: 3 } },
    };
    expect((await report(numbers)).status).toBe(400);
    expect((await report({ type: 'prompt', content: { type: 'prompt', body: 'x' } })).status).toBe(400);
    await control('/settings', { runStaleMs: 0 });
    expect((await read()).status).toBe('stale');
  });
});

describe('a fault', () => {
  const counts = async () => (await (await fetch(`${plane.url}/_simulator/counts`)).json()) as { underWay: number };
  const set = (fault: object) => control('/faults', { match: '/auth/o/token/', times: 1, ...fault });

  it('returns errors for the configured number of requests', async () => {
    await set({ kind: 'status', status: 429, times: 2 });
    expect([(await mint()).status, (await mint()).status, (await mint()).status]).toEqual([429, 429, 200]);
  });

  it('rejects a grant', async () => {
    await set({ kind: 'refuse-grant' });
    const answer = await mint();
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: 'invalid_grant' }]);
  });

  it('closes the connection before or after the request is processed', async () => {
    const tokens = async () =>
      ((await (await fetch(`${plane.url}/_simulator/state`)).json()) as { tokens: { bot: number } }).tokens.bot;
    await set({ kind: 'drop' });
    await expect(mint()).rejects.toThrow();
    expect(await tokens()).toBe(0);
    await set({ kind: 'drop-answer' });
    await expect(mint()).rejects.toThrow();
    expect(await tokens()).toBe(1);
  });

  it('delays responses until it is removed, and does not delay shutdown', async () => {
    const { underWay } = await counts();
    const asked = () => until('a request to wait', async () => (await counts()).underWay > underWay);
    await set({ kind: 'slow', ms: 1 });
    expect((await mint()).status).toBe(200);
    await set({ kind: 'slow', ms: 600_000 });
    const slow = mint();
    await asked();
    await fetch(`${plane.url}/_simulator/faults`, { method: 'DELETE' });
    expect((await slow).status).toBe(200);
    await set({ kind: 'slow', ms: 600_000 });
    const hanging = mint().catch(() => 'broken off');
    await asked();
    await plane.close();
    expect(await hanging).toBe('broken off');
  });

  it('stays until it is removed, and does not affect other paths', async () => {
    await control('/faults', { match: '/api/', kind: 'status' });
    expect((await fetch(`${plane.url}/api/v1/users/me/`)).status).toBe(500);
    expect((await fetch(`${plane.url}/api/v1/users/me/`)).status).toBe(500);
    expect((await mint()).status).toBe(200);
    await fetch(`${plane.url}/_simulator/faults`, { method: 'DELETE' });
    expect((await fetch(`${plane.url}/api/v1/users/me/`)).status).toBe(401);
    expect(await control('/faults', { match: '/api/', kind: 'fire' })).toMatchObject({
      error: expect.anything(),
    });
  });
});
