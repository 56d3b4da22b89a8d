import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { mappedRoutes } from '../../support/api-client.js';
import { Browser } from '../../support/browser.js';
import { meOf, sessionIn } from '../../support/console-session.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';
import { type IdentityProvider } from '../../support/identity-provider.js';
import { type SharedServerWithProvider } from '../../support/shared-server.js';

type Role = 'public' | 'signed-in' | 'viewer' | 'operator' | 'admin';

/** Every route of the server below `/api` and `/console`, with its role. Written by hand. */
const EXPECTED: Readonly<Record<string, Role>> = {
  'ALL /api/*': 'public',
  'GET /api/openapi.json': 'public',
  'GET /api/docs': 'public',
  'GET /api/docs/{file}': 'public',
  'GET /api/v1/me': 'signed-in',
  'DELETE /api/v1/me/links/{planeUserId}': 'signed-in',
  'GET /api/v1/installations': 'viewer',
  'GET /api/v1/installations/{id}': 'viewer',
  'GET /api/v1/installations/{id}/catch-up': 'viewer',
  'POST /api/v1/installations/{id}/catch-up': 'operator',
  'GET /api/v1/installations/{id}/catch-up/unrecoverable': 'viewer',
  'GET /api/v1/tokens': 'viewer',
  'GET /api/v1/tokens/{id}': 'viewer',
  'POST /api/v1/tokens/{id}/refresh': 'operator',
  'DELETE /api/v1/tokens/{id}': 'admin',
  'GET /api/v1/deliveries': 'viewer',
  'GET /api/v1/deliveries/{id}': 'viewer',
  'GET /api/v1/deliveries/{id}/body': 'operator',
  'POST /api/v1/deliveries/{id}/replay': 'operator',
  'POST /api/v1/deliveries/replay': 'operator',
  'GET /api/v1/dead-letters': 'viewer',
  'POST /api/v1/dead-letters/redrive': 'operator',
  'GET /api/v1/handlers': 'viewer',
  'GET /api/v1/handlers/{id}': 'viewer',
  'GET /api/v1/handlers/{id}/pause': 'viewer',
  'PUT /api/v1/handlers/{id}/pause': 'operator',
  'DELETE /api/v1/handlers/{id}/pause': 'operator',
  'GET /api/v1/agent-runs': 'viewer',
  'GET /api/v1/agent-runs/{id}': 'viewer',
  'POST /api/v1/agent-runs/{id}/stop': 'operator',
  'POST /api/v1/agent-runs/{id}/retry': 'operator',
  'GET /api/v1/tasks': 'viewer',
  'GET /api/v1/tasks/{id}': 'viewer',
  'POST /api/v1/tasks/{id}/cancel': 'operator',
  'GET /api/v1/schedules': 'viewer',
  'GET /api/v1/webhook-secrets': 'viewer',
  'GET /api/v1/webhook-secrets/{workspace}': 'viewer',
  'PUT /api/v1/webhook-secrets/{workspace}': 'admin',
  'DELETE /api/v1/webhook-secrets/{workspace}': 'admin',
  'GET /api/v1/people': 'admin',
  'GET /api/v1/people/{subject}': 'admin',
  'POST /api/v1/people/{subject}/disable': 'admin',
  'POST /api/v1/people/{subject}/enable': 'admin',
  'DELETE /api/v1/people/{subject}/links/{planeUserId}': 'admin',
  'GET /api/v1/audit': 'admin',
  'GET /api/v1/audit/export': 'admin',
  'GET /api/v1/audit/verify': 'admin',
  'GET /api/v1/activity': 'viewer',
  'GET /console/sign-in': 'public',
  'GET /console/sign-in/callback': 'public',
  'GET /console/signed-out': 'public',
  'GET /console/no-role': 'signed-in',
  'GET /console/front-channel-logout': 'public',
  'POST /console/back-channel-logout': 'public',
  'POST /console/sign-out': 'signed-in',
  'GET /console/assets/{file}': 'public',
  'GET /console': 'viewer',
  'GET /console/deliveries': 'viewer',
  'GET /console/deliveries/live': 'viewer',
  'GET /console/deliveries/{id}': 'viewer',
  'GET /console/deliveries/{id}/live': 'viewer',
  'GET /console/deliveries/{id}/payload': 'operator',
  'POST /console/deliveries/{id}/replay': 'operator',
  'GET /console/dead-letters': 'viewer',
  'GET /console/dead-letters/redrive': 'operator',
  'POST /console/dead-letters/redrive': 'operator',
  'POST /console/installations/{id}/catch-up': 'operator',
  'GET /console/handlers': 'viewer',
  'GET /console/handlers/{handler}': 'viewer',
  'POST /console/handlers/{handler}/pause': 'operator',
  'POST /console/handlers/{handler}/resume': 'operator',
  'GET /console/agents': 'viewer',
  'GET /console/agents/live': 'viewer',
  'GET /console/agents/{id}': 'viewer',
  'GET /console/agents/{id}/live': 'viewer',
  'GET /console/agents/{id}/conversation': 'operator',
  'POST /console/agents/{id}/stop': 'operator',
  'POST /console/agents/{id}/retry': 'operator',
  'GET /console/tasks': 'viewer',
  'GET /console/tasks/live': 'viewer',
  'GET /console/tasks/{id}': 'viewer',
  'GET /console/tasks/{id}/live': 'viewer',
  'GET /console/tasks/{id}/data': 'operator',
  'POST /console/tasks/{id}/cancel': 'operator',
  'GET /console/installations': 'viewer',
  'GET /console/installations/{id}': 'viewer',
  'GET /console/tokens': 'viewer',
  'POST /console/tokens/{id}/refresh': 'operator',
  'GET /console/tokens/{id}/revoke': 'admin',
  'POST /console/tokens/{id}/revoke': 'admin',
  'GET /console/webhook-secrets': 'viewer',
  'POST /console/webhook-secrets/set': 'admin',
  'GET /console/webhook-secrets/remove': 'admin',
  'POST /console/webhook-secrets/remove': 'admin',
  'GET /console/people': 'admin',
  'GET /console/people/{subject}': 'admin',
  'POST /console/people/{subject}/disable': 'admin',
  'POST /console/people/{subject}/enable': 'admin',
  'POST /console/people/{subject}/unlink': 'admin',
  'GET /console/audit': 'admin',
  'POST /console/audit/verify': 'admin',
  'GET /console/links': 'signed-in',
  'POST /console/links/unlink': 'signed-in',
  'GET /console/*': 'signed-in',
};

const CALLERS = ['anonymous', 'a foreign token', 'no role', 'viewer', 'operator', 'admin'] as const;
type Caller = (typeof CALLERS)[number];

/** The ranks of callers and of the roles that routes require. */
const RANK: Readonly<Record<Role | Caller, number>> = {
  public: 0,
  anonymous: 0,
  'a foreign token': 0,
  'signed-in': 1,
  'no role': 1,
  viewer: 2,
  operator: 3,
  admin: 4,
};

/** The guard'''s problem types; any other response means that the guard admitted the caller. */
const REJECTIONS: Readonly<Record<string, string>> = {
  'urn:hangar:not_signed_in': 'not signed in',
  'urn:hangar:token_refused': 'not signed in',
  'urn:hangar:role_missing': 'the role is missing',
};
const ADMITTED = 'admitted';
const IN_PATH: Readonly<Record<string, string>> = {
  '{file}': 'init.js',
  '{id}': randomUUID(),
  '{workspace}': 'nowhere',
  '{subject}': 'unknown',
  '{planeUserId}': 'unknown',
  '{handler}': 'Unknown.handler',
};

/** The provider's groups of each caller who signs in. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'no role': ['visitors'],
  viewer: ['staff'],
  operator: ['sre'],
  admin: ['hangar-admins'],
};

let provider: IdentityProvider;
let together: HangarWithSimulator;
let foreign: string;
let signedIn: { browser: Browser; csrfToken: string };

/** Signing out ends a session, so a new one is needed then. */
async function signIn(caller: Caller): Promise<typeof signedIn> {
  const browser = new Browser();
  await provider.signIn(browser, together.url, caller);
  const { csrfToken } = await meOf(browser, together.url);
  return { browser, csrfToken };
}

async function call(caller: Caller, route: string): Promise<Response> {
  const [method = '', template = ''] = route.split(' ');
  const path = template.replaceAll(/\{\w+\}/g, (name) => IN_PATH[name] ?? 'x').replace('*', 'nothing');
  const init = { method: method === 'ALL' ? 'GET' : method, headers: { accept: 'application/json' } };
  const url = `${together.url}${path}`;
  if (caller === 'anonymous') return fetch(url, { ...init, redirect: 'manual' });
  if (caller === 'a foreign token') {
    const headers = { ...init.headers, authorization: `Bearer ${foreign}` };
    return fetch(url, { ...init, headers, redirect: 'manual' });
  }
  const { browser, csrfToken } = signedIn;
  return browser.open(url, { ...init, headers: { ...init.headers, 'x-csrf-token': csrfToken } });
}

function expected(caller: Caller, role: Role): string {
  if (RANK[caller] >= RANK[role]) return ADMITTED;
  return RANK[caller] === 0 ? 'not signed in' : 'the role is missing';
}

/** Pages redirect to the sign-in without a session, and show other errors as text. */
async function outcomeOf(answer: Response): Promise<string> {
  if (answer.headers.get('location')?.startsWith('/console/sign-in?return_to=')) return 'not signed in';
  if (answer.status < 400) {
    await answer.body?.cancel(); // a live page does not end by itself
    return ADMITTED;
  }
  const text = await answer.text();
  if (!answer.headers.get('content-type')?.includes('problem+json'))
    return text.includes('This needs the role') ? 'the role is missing' : ADMITTED;
  const { type } = JSON.parse(text) as { type: string };
  return REJECTIONS[type] ?? ADMITTED;
}

/** The role of each route. Part of `operators.test.ts`, on its server. */
export function routeRolesCases(shared: SharedServerWithProvider): void {
  beforeAll(async () => {
    ({ provider, together } = shared);
    for (const [caller, groups] of Object.entries(GROUPS)) await provider.account(caller, { groups });
    foreign = await provider.mint({ claims: { aud: 'another', sub: 'eve', groups: ['hangar-admins'] } });
  });

  describe('the routes of console and API', () => {
    it('work with 32 KB of other cookies, as a company’s domain may have them', async () => {
      const cookie = sessionIn(await provider.signIn(new Browser(), together.url, 'ann'));
      const others = Array.from({ length: 10 }, (_, number) => `sso-${number}=${'x'.repeat(3270)}`).join('; ');
      const headers = { cookie: `${others}; ${cookie}` };
      expect(headers.cookie.length).toBeGreaterThan(32_768);
      expect((await fetch(`${together.url}/console`, { headers, redirect: 'manual' })).status).toBe(200);
      const me = await fetch(`${together.url}/api/v1/me`, { headers: { ...headers, accept: 'application/json' } });
      expect(await me.json()).toMatchObject({ subject: 'ann' });
    });

    it('are exactly those of the table', () => {
      const mapped = mappedRoutes(together.hangar.log, /^\/(?:api|console)(?:\/|$)/);
      expect(mapped.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
    });

    it.each(CALLERS)('are accessible to %s as the table says', async (caller) => {
      const wrong: unknown[] = [];
      const begin = async (): Promise<void> => {
        if (RANK[caller] > 0) signedIn = await signIn(caller);
      };
      await begin();
      for (const [route, role] of Object.entries(EXPECTED)) {
        const found = await outcomeOf(await call(caller, route));
        if (route === 'POST /console/sign-out') await begin();
        if (found !== expected(caller, role)) wrong.push({ route, found });
      }
      expect(wrong).toEqual([]);
    });
  });
}
