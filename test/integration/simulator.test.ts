import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createServer } from 'node:net';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';

const CALLBACK = 'http://localhost:3000/oauth/callback';
const INSTALLATION = '34b97361-8636-43dc-953e-90deedc8498f';
const PROJECT = '59e3be42-87ec-4950-99a3-ae639cf2b089';
const WORK_ITEM = '775c5716-5302-4617-bb9f-2cd843911268';

interface Tokens {
  access_token: string;
  refresh_token?: string;
  expires_in?: number;
}

let plane: RunningSimulator;
const basic = () => `Basic ${btoa(`${plane.clientId}:${plane.clientSecret}`)}`;
const credentials = () => ({ client_id: plane.clientId, client_secret: plane.clientSecret });

function post(path: string, form: Record<string, string>, authorization?: string): Promise<Response> {
  const headers = authorization === undefined ? {} : { authorization };
  const body = new URLSearchParams(form);
  return fetch(plane.url + path, { method: 'POST', body, headers, redirect: 'manual' });
}

const token = (form: Record<string, string>, authorization?: string) => post('/auth/o/token/', form, authorization);

async function control<Answer>(path: string, body?: unknown, method = 'POST'): Promise<Answer> {
  const init = body === undefined ? { method } : { method, body: JSON.stringify(body), headers: JSON_TYPE };
  const answer = await fetch(`${plane.url}/_simulator${path}`, init);
  return (await answer.json()) as Answer;
}
const JSON_TYPE = { 'content-type': 'application/json' };

async function decide(decision: string, more: Record<string, string> = {}): Promise<URLSearchParams> {
  const form = { decision, client_id: plane.clientId, redirect_uri: CALLBACK, state: 'st&te', ...more };
  const answer = await post('/auth/o/authorize-app/decide', form);
  expect(answer.status).toBe(302);
  return new URL(answer.headers.get('location') ?? '').searchParams;
}

async function botToken(workspace = 'sandbox'): Promise<string> {
  const id = (await decide('install', { workspace })).get('app_installation_id') ?? '';
  const answer = await token({ grant_type: 'client_credentials', app_installation_id: id }, basic());
  return ((await answer.json()) as Tokens).access_token;
}

async function userTokens(): Promise<Required<Tokens>> {
  const code = (await decide('authorise')).get('code') ?? '';
  const grant = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK };
  return (await (await token({ ...grant, ...credentials() })).json()) as Required<Tokens>;
}

const api = (path: string, bearer: string, init: RequestInit = {}) =>
  fetch(plane.url + path, { ...init, headers: { authorization: `Bearer ${bearer}`, ...JSON_TYPE } });

beforeEach(async () => {
  plane = await startSimulator({ port: 0, webhookUrl: 'http://127.0.0.1:9/' });
});
afterEach(() => plane.close());

describe('the name in Host', () => {
  /** `fetch` does not send another `Host`. */
  async function statusWith(host: string, path = '/_simulator/state'): Promise<number | undefined> {
    const { port } = new URL(plane.url);
    const sent = request({ host: '127.0.0.1', port, path, headers: { host } }).end();
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return answer.statusCode;
  }

  it.each(['localhost', 'localhost:3001', '127.0.0.1:80', '[::1]:3001', 'plane.localhost'])(
    '%s is answered',
    async (host) => {
      expect(await statusWith(host)).toBe(200);
    },
  );

  it.each(['rebound.example.com', 'localhost.example.com:3001', '127.0.0.1.example.com', '192.168.1.5'])(
    '%j is refused on every path: a page elsewhere can have its name resolve to 127.0.0.1',
    async (host) => {
      for (const path of ['/', '/_simulator/state', '/auth/o/authorize-app/', '/api/v1/users/me/', '/none'])
        expect(await statusWith(host, path)).toBe(421);
    },
  );
});

describe('starting', () => {
  it('reports a port in use', async () => {
    const port = Number(new URL(plane.url).port);
    await expect(startSimulator({ port })).rejects.toMatchObject({ code: 'port_taken' });
  });

  it('releases its port when it closes', async () => {
    const port = Number(new URL(plane.url).port);
    await plane.close();
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    expect(server.listening).toBe(true);
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('consent', () => {
  const page = (query: Record<string, string>) =>
    fetch(`${plane.url}/auth/o/authorize-app/?${new URLSearchParams(query).toString()}`, {
      redirect: 'manual',
    });

  it('shows the requested scopes and the choices', async () => {
    const query = {
      client_id: plane.clientId,
      redirect_uri: CALLBACK,
      response_type: 'code',
      scope: 'read "x"',
    };
    const answer = await page(query);
    const text = await answer.text();
    expect(answer.status).toBe(200);
    for (const part of ['<code>read</code>', '&quot;x&quot;', 'value="install"', 'value="refuse"', 'Harbour']) {
      expect(text).toContain(part);
    }
  });

  it('rejects an unknown redirect URI', async () => {
    const query = { client_id: plane.clientId, redirect_uri: CALLBACK, response_type: 'code' };
    expect((await page({ ...query, client_id: 'other' })).status).toBe(400);
    expect((await page({ ...query, redirect_uri: 'http://evil.example/' })).status).toBe(400);
    const wrongType = await page({ ...query, response_type: 'token' });
    expect(wrongType.headers.get('location')).toContain('error=unsupported_response_type');
  });

  it('installs the app, with an id that survives an uninstall', async () => {
    const first = await decide('install');
    expect([...first.keys()]).toEqual(['app_installation_id', 'code', 'state']);
    expect(first.get('app_installation_id')).toBe(INSTALLATION);
    expect(first.get('state')).toBe('st&te');
    await control(`/installations/${INSTALLATION}/uninstall`, {});
    expect((await decide('install')).get('app_installation_id')).toBe(INSTALLATION);
    expect((await decide('install', { workspace: 'harbour' })).get('app_installation_id')).not.toBe(INSTALLATION);
  });

  it('can be denied by the user, and installation requires an admin', async () => {
    expect(Object.fromEntries(await decide('refuse'))).toMatchObject({
      error: 'access_denied',
      state: 'st&te',
    });
    expect((await decide('install', { user: 'member' })).get('error')).toBe('access_denied');
  });
});

describe('tokens', () => {
  it('issues a bot token without a refresh token while the app is installed', async () => {
    await decide('install');
    const grant = { grant_type: 'client_credentials', app_installation_id: INSTALLATION };
    const answer = await token(grant, basic());
    expect(await answer.json()).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 86_400,
      scope: 'read write',
    });
    expect((await token({ ...grant, ...credentials() })).status).toBe(401);
    expect((await token({ ...grant, app_installation_id: 'unknown' }, basic())).status).toBe(400);
    await control(`/installations/${INSTALLATION}/uninstall`, {});
    expect(await (await token(grant, basic())).json()).toMatchObject({ error: 'invalid_grant' });
  });

  it('exchanges a code once, and only for its redirect URI', async () => {
    const grant = async (more: Record<string, string>) => {
      const code = (await decide('authorise')).get('code') ?? '';
      return { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...credentials(), ...more };
    };
    const once = await grant({});
    expect((await token(once)).status).toBe(200);
    expect(await (await token(once)).json()).toMatchObject({ error: 'invalid_grant' });
    expect((await token(await grant({ redirect_uri: 'http://localhost/' }))).status).toBe(400);
    const wrongSecret = await token(await grant({ client_secret: 'guess' }));
    expect([wrongSecret.status, await wrongSecret.json()]).toMatchObject([401, { error: 'invalid_client' }]);
  });

  it('rotates refresh tokens, unless configured to keep them', async () => {
    const first = await userTokens();
    const refresh = (refresh_token: string) => token({ grant_type: 'refresh_token', refresh_token, ...credentials() });
    const second = (await (await refresh(first.refresh_token)).json()) as Required<Tokens>;
    expect(second.refresh_token).not.toBe(first.refresh_token);
    expect(await (await refresh(first.refresh_token)).json()).toMatchObject({ error: 'invalid_grant' });
    await control('/settings', { sameRefreshToken: true, omitExpiresIn: true });
    const third = (await (await refresh(second.refresh_token)).json()) as Required<Tokens>;
    expect(third.refresh_token).toBe(second.refresh_token);
    expect(third.expires_in).toBeUndefined();
    const { grants } = await control<{ grants: object }>('/state', undefined, 'GET');
    expect(grants).toEqual({ 'authorization_code 200': 1, 'refresh_token 200': 2, 'refresh_token 400': 1 });
  });

  const json = (path: string, body: object) =>
    fetch(plane.url + path, { method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });

  it('are given to JSON requests too, with the credentials in the body, and are revoked', async () => {
    await decide('install');
    const grant = { grant_type: 'client_credentials', app_installation_id: INSTALLATION };
    expect((await json('/auth/o/token/', grant)).status).toBe(401);
    const { access_token } = (await (await json('/auth/o/token/', { ...grant, ...credentials() })).json()) as Tokens;
    const me = async () => (await api('/api/v1/users/me/', access_token)).status;
    expect(await me()).toBe(200);
    expect((await json('/auth/o/revoke-token/', { token: access_token })).status).toBe(401);
    expect((await json('/auth/o/revoke-token/', { token: access_token, ...credentials() })).status).toBe(200);
    expect(await me()).toBe(401);
    const password = await token({ grant_type: 'password' });
    expect(await password.json()).toMatchObject({ error: 'unsupported_grant_type' });
  });
});

describe('API', () => {
  const ITEM = `/api/v1/workspaces/sandbox/projects/${PROJECT}/work-items/${WORK_ITEM}/`;

  it('distinguishes the bot from a user', async () => {
    const me = async (bearer: string) => (await api('/api/v1/users/me/', bearer)).json();
    expect(await me(await botToken())).toMatchObject({ id: '7286aaa7-9250-4851-a520-29c904fd7654' });
    expect(await me((await userTokens()).access_token)).toMatchObject({ email: 'zoe@example.com' });
  });

  it('rejects unknown, expired and foreign tokens, and unsupported routes', async () => {
    const bearer = await botToken();
    expect((await api('/api/v1/users/me/', 'unknown')).status).toBe(401);
    expect((await api('/api/v1/workspaces/harbour/projects/', bearer)).status).toBe(403);
    const missing = await api(ITEM.replace(WORK_ITEM, 'nothing'), bearer);
    expect([missing.status, await missing.json()]).toMatchObject([404, { error: expect.any(String) }]);
    expect(await control('/tokens/expire', { kind: 'bot' })).toEqual({ expired: 1 });
    expect((await api(ITEM, bearer)).status).toBe(401);
  });

  it('shows an installation, and shows it as uninstalled to a token that was kept', async () => {
    const bearer = await botToken();
    const shown = async () => (await api(`/auth/o/app-installation/?id=${INSTALLATION}`, bearer)).json();
    expect(await shown()).toMatchObject([{ id: INSTALLATION, status: 'installed', deleted_at: null }]);
    await control('/workspaces/sandbox', { slug: 'dunes', name: 'Dunes' });
    expect(await shown()).toMatchObject([{ workspace_detail: { slug: 'dunes', name: 'Dunes' } }]);
    await control(`/installations/${INSTALLATION}/uninstall`, { keepTokens: true });
    expect(await shown()).toMatchObject([{ status: 'uninstalled', deleted_at: expect.any(String) }]);
    await control(`/installations/${INSTALLATION}/uninstall`, {});
    expect((await api('/auth/o/app-installation/', bearer)).status).toBe(401);
  });

  it('paginates lists', async () => {
    const bearer = await botToken();
    const list = async (query: string) =>
      (await api(`/api/v1/workspaces/sandbox/projects/?${query}`, bearer)).json() as Promise<{
        results: { identifier: string }[];
        next_cursor: string;
      }>;
    const first = await list('per_page=1');
    expect(first).toMatchObject({
      total_count: 2,
      count: 1,
      next_page_results: true,
      prev_page_results: false,
    });
    const second = await list(`per_page=1&cursor=${first.next_cursor}`);
    expect([first, second].map(({ results }) => results[0]?.identifier)).toEqual(['WEB', 'OPS']);
    expect((await api('/api/v1/workspaces/sandbox/projects/?per_page=101', bearer)).status).toBe(400);
    expect((await api('/api/v1/workspaces/sandbox/projects/?cursor=x', bearer)).status).toBe(400);
  });

  it('searches work items by name and accepts comments', async () => {
    const bearer = await botToken();
    const found = await api('/api/v1/workspaces/sandbox/work-items/search/?search=STRASSE', bearer);
    expect(await found.json()).toEqual({ issues: [] });
    const search = await api(`/api/v1/workspaces/sandbox/work-items/search/?search=${encodeURI('straße')}`, bearer);
    expect(await search.json()).toMatchObject({ issues: [{ id: WORK_ITEM, project_id: PROJECT }] });
    const body = JSON.stringify({ comment_html: '<p>1 &lt; 2</p>' });
    const made = await api(`${ITEM}comments/`, bearer, { method: 'POST', body });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    expect(await (await api(`${ITEM}comments/${id}/`, bearer)).json()).toMatchObject({
      comment_stripped: '1 < 2',
    });
    expect(await (await api(`${ITEM}comments/`, bearer)).json()).toMatchObject({
      total_count: 1,
      results: [{ id }],
    });
  });

  it('returns 429 above the limit, with the time of the reset', async () => {
    const bearer = await botToken();
    await control('/settings', { rateLimitPerMinute: 2 });
    const answers = [];
    for (let n = 0; n < 3; n += 1) answers.push(await api('/api/v1/users/me/', bearer));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['1', '0', '0']);
    const { headers } = answers[2] as Response;
    const reset = Number(headers.get('x-ratelimit-reset')) - Date.parse(headers.get('date') ?? '') / 1000;
    expect(reset).toBeGreaterThan(0);
    expect(reset).toBeLessThan(62);
  });
});
