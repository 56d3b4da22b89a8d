import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { until } from '../support/until.js';

const INSTALLATION = '34b97361-8636-43dc-953e-90deedc8498f';
const JSON_TYPE = { 'content-type': 'application/json' };

let plane: RunningSimulator;

async function control<Answer = Record<string, unknown>>(path: string, body: unknown = {}): Promise<Answer> {
  const init = { method: 'POST', body: JSON.stringify(body), headers: JSON_TYPE };
  return (await (await fetch(`${plane.url}/_simulator${path}`, init)).json()) as Answer;
}

function mint(): Promise<Response> {
  const headers = { authorization: `Basic ${btoa(`${plane.clientId}:${plane.clientSecret}`)}` };
  const body = new URLSearchParams({ grant_type: 'client_credentials', app_installation_id: INSTALLATION });
  return fetch(`${plane.url}/auth/o/token/`, { method: 'POST', headers, body });
}

beforeEach(async () => {
  plane = await startSimulator({ port: 0, webhookUrl: 'http://127.0.0.1:9/' });
  await control('/installations');
});
afterEach(() => plane.close());

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
