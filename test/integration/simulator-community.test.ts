import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';

const API = '/api/v1/workspaces/sandbox/projects/';

let plane: RunningSimulator;

const get = (path: string, headers: Record<string, string> = { 'x-api-key': plane.apiKey }): Promise<Response> =>
  fetch(plane.url + path, { headers, redirect: 'manual' });

const statusOf = async (path: string, headers?: Record<string, string>): Promise<number> =>
  (await get(path, headers)).status;

async function control(path: string, body: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${plane.url}/_simulator${path}`, { method: 'POST', body: JSON.stringify(body), headers });
  expect(answer.status).toBe(200);
}

describe("the simulator's community edition", () => {
  beforeAll(async () => {
    plane = await startSimulator({ port: 0, edition: 'ce', plane: 'v1.3.1', webhookUrl: 'http://127.0.0.1:9/' });
    await control('/settings', { rateLimitPerMinute: 1000 });
  });
  afterAll(() => plane.close());

  it('has no OAuth', async () => {
    const paths = ['/auth/o/authorize-app/', '/auth/o/token/', '/auth/o/app-installation/', '/auth/o/revoke-token/'];
    expect(await Promise.all(paths.map(async (path) => statusOf(path)))).toEqual([404, 404, 404, 404]);
  });

  it('knows who an API key belongs to, and the workspace by its slug', async () => {
    const me = (await (await get('/api/v1/users/me/')).json()) as object;
    expect(me).toMatchObject({ display_name: 'build-bot' });
    const { results } = (await (await get(API)).json()) as { results: { workspace: string }[] };
    expect(results).toHaveLength(2);
    expect(new Set(results.map(({ workspace }) => workspace)).size).toBe(1);
  });

  it('answers 403 to a wrong key and to a workspace or project that does not exist, 401 without a key', async () => {
    expect(await statusOf('/api/v1/users/me/', { 'x-api-key': 'plane_api_wrong' })).toBe(403);
    expect(await statusOf('/api/v1/users/me/', {})).toBe(401);
    expect(await statusOf('/api/v1/workspaces/nowhere/projects/')).toBe(403);
    expect(await statusOf('/api/v1/workspaces/harbour/projects/')).toBe(403);
    expect(await statusOf(`${API}00000000-0000-4000-8000-000000000000/`)).toBe(403);
  });

  it('answers 403 to a key that was revoked', async () => {
    await control('/api-key', { enabled: false });
    expect(await statusOf('/api/v1/users/me/')).toBe(403);
    await control('/api-key', { enabled: true });
    expect(await statusOf('/api/v1/users/me/')).toBe(200);
  });

  it('has pages of up to 1000', async () => {
    expect(await statusOf(`${API}?per_page=1000`)).toBe(200);
    expect(await statusOf(`${API}?per_page=1001`)).toBe(400);
  });

  it('limits with Retry-After alone, in a window that slides', async () => {
    await control('/settings', { rateLimitPerMinute: 1 });
    const limited = await get('/api/v1/users/me/');
    await control('/settings', { rateLimitPerMinute: 1000 });
    expect(limited.status).toBe(429);
    expect(await limited.json()).toEqual({ error_code: 5900, error_message: 'RATE_LIMIT_EXCEEDED' });
    const seconds = Number(limited.headers.get('retry-after'));
    expect(seconds >= 1 && seconds <= 60).toBe(true);
    expect([...limited.headers.keys()].filter((name) => name.startsWith('x-ratelimit'))).toEqual([]);
    expect((await get('/api/v1/users/me/')).headers.has('x-ratelimit-remaining')).toBe(true);
  });

  it('offers no install and no agent on its page', async () => {
    const page = await (await get('/')).text();
    expect(page).toContain('community edition v1.3.1');
    expect(page).not.toContain('Install your app');
    expect(page).not.toContain('Agent runs');
  });
});
