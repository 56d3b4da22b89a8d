import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../../support/browser.js';
import { developmentSignIn } from '../../support/console-session.js';
import { type HangarProcess } from '../../support/hangar-process.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';
import { type SharedServer } from '../../support/shared-server.js';

/** What the server asks for. */
export const SCOPES = 'projects.work_items:read projects.work_items.comments:write';

let together: HangarWithSimulator;

/** What is sent to Plane. Part of `oauth.test.ts`, on its server. */
export function setupCases(shared: SharedServer): void {
  beforeAll(() => {
    ({ together } = shared);
  });

  describe('a browser that starts an installation', () => {
    it('is redirected to Plane’s consent page with all required parameters', async () => {
      const answer = await new Browser().open(`${together.url}/oauth/setup`);
      expect(answer.status).toBe(302);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const location = answer.headers.get('location') ?? '';
      expect(location).toContain(`scope=${encodeURIComponent(SCOPES)}`);
      expect(location).not.toContain('+');
      const { origin, pathname, searchParams } = new URL(location);
      expect(origin + pathname).toBe(`${together.simulator.url}/auth/o/authorize-app/`);
      expect(Object.fromEntries(searchParams)).toEqual({
        client_id: together.simulator.clientId,
        response_type: 'code',
        redirect_uri: `${together.url}/oauth/callback`,
        scope: SCOPES,
        state: expect.stringMatching(/^[\w-]{43}$/),
      });
    });

    it('gets a new state each time, of which the database contains nothing', async () => {
      const rows = `SELECT (SELECT count(*) FROM oauth_states) + (SELECT count(*) FROM oauth_used_values) AS count`;
      const before = await together.database.query(rows);
      const browser = new Browser();
      const states = [await stateOf(browser), await stateOf(browser)];
      expect(states[0]).not.toBe(states[1]);
      expect(await together.database.query(rows)).toEqual(before);
    });

    it('gets a cookie with HttpOnly and SameSite', async () => {
      const answer = await new Browser().open(`${together.url}/oauth/setup`);
      expect(cookieOf(answer)).toEqual({
        name: expect.stringMatching(/^hangar-oauth-[0-9a-f]{12}$/),
        attributes: ['HttpOnly', 'Max-Age=1800', 'Path=/oauth', 'SameSite=Lax'],
      });
    });

    it('gets a separate cookie for a second tab', async () => {
      const browser = new Browser();
      const [first, second] = [
        cookieOf(await browser.open(`${together.url}/oauth/setup`)),
        cookieOf(await browser.open(`${together.url}/oauth/setup`)),
      ];
      expect(second.name).not.toBe(first.name);
    });

    it('has a limited number of cookies, however often it starts', async () => {
      const browser = new Browser();
      for (let starts = 0; starts < 30; starts++) await browser.open(`${together.url}/oauth/setup`);
      expect(browser.cookies(together.url).length).toBeLessThanOrEqual(9);
      expect((await browser.install(together.url)).status).toBe(200);
    });

    it.each(['other', 'BOT', '', 'user&flow=bot'])('gets an error for flow=%s', async (flow) => {
      const answer = await new Browser().open(`${together.url}/oauth/setup?flow=${flow}`);
      expect(answer.status).toBe(400);
      expect(answer.headers.get('location')).toBeNull();
    });
  });

  describe('the return address', () => {
    it.each(['/console', '/console?tab=2#top', '/oauth/../console'])(
      '%s is opened after the installation',
      async (path) => {
        const back = await new Browser().install(together.url, `/oauth/setup?return_to=${encodeURIComponent(path)}`);
        expect(back.status).toBe(303);
        expect(back.headers.get('location')).toBe(new URL(path, together.url).href);
      },
    );

    it.each([
      '//evil.example',
      '///evil.example',
      '/\\evil.example',
      '\\\\evil.example',
      '/\t/evil.example',
      '/\n//evil.example',
      'https://evil.example',
      'https:evil.example',
      'javascript:alert(1)',
      'evil.example',
      '/..//evil.example',
      '/.//evil.example',
      '/a/..//evil.example',
      '/%2e%2e//evil.example',
      '/..%2f/evil.example',
      '/%0d%0aSet-Cookie:x',
      '/\r\nSet-Cookie:x',
      '/@evil.example',
      '@evil.example',
      ' //evil.example',
    ])('%j does not redirect to another origin', async (path) => {
      const browser = new Browser();
      const setup = `/oauth/setup?return_to=${encodeURIComponent(path)}`;
      const begun = await browser.open(`${together.url}${setup}`);
      expect(begun.headers.get('set-cookie') ?? '').not.toContain('Set-Cookie:x');
      if (begun.status === 400) return expect(begun.headers.get('location')).toBeNull();
      expect(begun.status).toBe(302);
      const back = await browser.install(together.url, setup);
      expect(back.status).toBe(303);
      expect(back.headers.get('set-cookie') ?? '').not.toContain('Set-Cookie:x');
      const location = back.headers.get('location') ?? '';
      expect(location).toMatch(/^http:/);
      expect(new URL(location).origin).toBe(together.url);
    });

    it('may be as long as a cookie allows, and is rejected if it is longer', async () => {
      const open = async (path: string): Promise<Response> =>
        new Browser().open(`${together.url}/oauth/setup?return_to=${encodeURIComponent(path)}`);
      const accepted = await open(`/console?${'x'.repeat(1000)}`);
      expect(accepted.status).toBe(302);
      expect(Buffer.byteLength(accepted.headers.get('set-cookie') ?? '')).toBeLessThan(4096);
      for (const path of [`/console?${'x'.repeat(1100)}`, `/${'ü'.repeat(400)}`])
        expect((await open(path)).status).toBe(400);
    });

    it('is rejected if it is given twice', async () => {
      const answer = await new Browser().open(`${together.url}/oauth/setup?return_to=/console&return_to=/other`);
      expect(answer.status).toBe(400);
    });
  });

  describe('two replicas', () => {
    it('share an installation: one starts it, the other completes it', async () => {
      const replica = await together.startReplica();
      const begun = await new Browser().open(`${together.url}/oauth/setup`);
      const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
      const { search } = new URL(await approved(begun.headers.get('location')));
      const finished = await fetch(`${replica.url}/oauth/callback${search}`, {
        headers: { cookie, accept: 'text/html' },
      });
      expect(await finished.text()).toContain('The app is installed');
      await replica.end('SIGKILL');
    });
  });

  describe('two tabs of one browser', () => {
    it('both complete, in any order', async () => {
      const browser = new Browser();
      const sandbox = { decision: 'install', workspace: 'sandbox' } as const;
      const harbour = { decision: 'install', workspace: 'harbour' } as const;
      const first = await browser.consent(together.url, '/oauth/setup', sandbox);
      const second = await browser.consent(together.url, '/oauth/setup', harbour);
      expect(await (await browser.open(second)).text()).toContain('<strong>Harbour</strong>');
      expect(await (await browser.open(first)).text()).toContain('<strong>Sandbox</strong>');
    });

    it('both complete when they return at the same time', async () => {
      const browser = new Browser();
      await browser.open(`${together.url}/oauth/setup`);
      const tabs = await Promise.all([browser.install(together.url), browser.install(together.url)]);
      expect(tabs.map(({ status }) => status)).toEqual([200, 200]);
    });

    it('both complete when they are opened at the same time in a browser without cookies', async () => {
      const setup = async (): Promise<Response> => fetch(`${together.url}/oauth/setup`, { redirect: 'manual' });
      const tabs = await Promise.all([setup(), setup()]);
      const cookies = tabs.flatMap(({ headers }) => headers.getSetCookie()).map((set) => set.split(/[=;]/, 2));
      const cookie = [...new Map(cookies as [string, string][])].map((pair) => pair.join('=')).join('; ');
      const pages = await Promise.all(
        tabs.map(async ({ headers }) =>
          fetch(await approved(headers.get('location')), { headers: { cookie, accept: 'text/html' } }),
        ),
      );
      expect(pages.map(({ status }) => status)).toEqual([200, 200]);
    });
  });

  describe('behind HTTPS', () => {
    let secure: HangarProcess;

    beforeAll(async () => {
      secure = await together.startReplica({ PUBLIC_URL: 'https://hangar.example.com', PLANE_SCOPES: '' });
    });

    afterAll(async () => {
      await secure.end('SIGKILL');
    });

    it('every response has HSTS, errors too; without HTTPS none has it', async () => {
      for (const path of ['/health/live', '/console/sign-in', '/nowhere']) {
        const header = async (url: string): Promise<string | null> =>
          (await fetch(`${url}${path}`, { redirect: 'manual' })).headers.get('strict-transport-security');
        expect([path, await header(secure.url)]).toEqual([path, 'max-age=31536000']);
        expect(await header(together.url)).toBeNull();
      }
    });

    it('the OAuth cookie is limited to HTTPS and its path', async () => {
      const answer = await new Browser().open(`${secure.url}/oauth/setup`);
      expect(cookieOf(answer)).toEqual({
        name: expect.stringMatching(/^__Secure-hangar-oauth-[0-9a-f]{12}$/),
        attributes: ['HttpOnly', 'Max-Age=1800', 'Path=/oauth', 'SameSite=Lax', 'Secure'],
      });
    });

    it('the session cookie of the console is limited to this host and HTTPS', async () => {
      const { search } = new URL(developmentSignIn(secure.log));
      const answer = await new Browser().open(`${secure.url}/console/sign-in${search}`);
      expect(cookieOf(answer)).toEqual({
        name: '__Host-hangar-session',
        attributes: ['HttpOnly', 'Max-Age=28800', 'Path=/', 'SameSite=Lax', 'Secure'],
      });
    });

    it('the redirect URI is the public address; no scope is requested if none is configured', async () => {
      const answer = await new Browser().open(`${secure.url}/oauth/setup`);
      const { searchParams } = new URL(answer.headers.get('location') ?? '');
      expect(searchParams.get('redirect_uri')).toBe('https://hangar.example.com/oauth/callback');
      expect(searchParams.has('scope')).toBe(false);
    });
  });
}

async function stateOf(browser: Browser): Promise<string> {
  const answer = await browser.open(`${together.url}/oauth/setup`);
  return new URL(answer.headers.get('location') ?? '').searchParams.get('state') ?? '';
}

/** Where Plane sends the browser once the consent page was approved. */
async function approved(consentPage: string | null): Promise<string> {
  const { origin, searchParams } = new URL(consentPage ?? '');
  searchParams.set('decision', 'install');
  const url = `${origin}/auth/o/authorize-app/decide`;
  const decided = await fetch(url, { method: 'POST', body: searchParams, redirect: 'manual' });
  return decided.headers.get('location') ?? '';
}

function cookieOf(answer: Response): { name: string | undefined; attributes: string[] } {
  const [pair, ...attributes] = (answer.headers.get('set-cookie') ?? '').split('; ');
  return { name: pair?.split('=')[0], attributes: attributes.sort() };
}
