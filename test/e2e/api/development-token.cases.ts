import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiScene } from '../../support/api-scene.js';
import { Browser } from '../../support/browser.js';
import { developmentSignIn, type Me, meOf } from '../../support/console-session.js';
import { type HangarProcess } from '../../support/hangar-process.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';

const JSON_ACCEPT = { accept: 'application/json' };

let together: HangarWithSimulator;
let token: string;

/** Who is let in where there is no identity provider. Part of `api.test.ts`, on its server. */
export function developmentTokenCases(scene: ApiScene): void {
  beforeAll(() => {
    ({ together } = scene);
    token = new URL(developmentSignIn(together.hangar.log)).searchParams.get('token') ?? '';
  });

  describe('the development token, printed if no identity provider is configured', () => {
    it('signs the browser in and is removed from the address bar', async () => {
      const browser = new Browser();
      const signedIn = await browser.open(`${together.url}/console/sign-in?token=${token}`);
      expect(signedIn.status).toBe(302);
      expect(signedIn.headers.get('location')).toBe('/console');
      expect(signedIn.headers.get('set-cookie')).toMatch(
        /^hangar-session=[\w.-]+; Max-Age=28800; Path=\/; HttpOnly; SameSite=Lax$/,
      );
      expect(await me(browser)).toMatchObject({ kind: 'person', subject: 'development', role: 'admin' });
    });

    it('is also accepted as a bearer token', async () => {
      const answer = await bearer(token);
      expect(await answer.json()).toMatchObject({ kind: 'machine', role: 'admin', csrfToken: null });
    });

    it('is required to sign in', async () => {
      const refused = await new Browser().open(`${together.url}/console/sign-in?token=${token}x`);
      expect(refused.status).toBe(401);
      expect(refused.headers.get('set-cookie')).toBeNull();
      expect(await refused.text()).toContain('OIDC_ISSUER is not set');
      const answer = await bearer('another');
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer realm="hangar", error="invalid_token"/);
    });

    it('redirects only to paths of this server', async () => {
      const address = `${together.url}/console/sign-in?token=${token}&return_to=`;
      expect((await new Browser().open(`${address}//evil.example`)).status).toBe(400);
      const back = await new Browser().open(`${address}${encodeURIComponent('/console/tokens?a=1')}`);
      expect(back.headers.get('location')).toBe('/console/tokens?a=1');
    });

    it('creates a session whose id is stored only as a hash, never as a usable cookie', async () => {
      const browser = new Browser();
      const signedIn = await browser.open(`${together.url}/console/sign-in?token=${token}`);
      const cookie = /hangar-session=([^;]+)/.exec(signedIn.headers.get('set-cookie') ?? '')?.[1] ?? '';
      const rows = await together.database.query<{ id_hash: string }>('SELECT * FROM console_sessions');
      expect(rows.length).toBeGreaterThan(0);
      for (const { id_hash } of rows) expect(id_hash).toMatch(/^[0-9a-f]{64}$/);
      expect(JSON.stringify(rows)).not.toContain(cookie);
    });
  });

  describe('a request without a session', () => {
    it('to the API returns 401 with how to sign in', async () => {
      const answer = await fetch(`${together.url}/api/v1/me`, { headers: JSON_ACCEPT });
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="hangar"');
      expect(await answer.json()).toMatchObject({ type: 'urn:hangar:not_signed_in' });
    });

    it('for a page is redirected to the sign-in', async () => {
      const answer = await new Browser().open(`${together.url}/console/no-role?x=1`);
      expect(answer.status).toBe(302);
      expect(answer.headers.get('location')).toBe('/console/sign-in?return_to=%2Fconsole%2Fno-role%3Fx%3D1');
    });
  });

  describe('a state-changing request in a session', () => {
    it('requires the session’s CSRF token and the same origin', async () => {
      const browser = new Browser();
      await browser.open(`${together.url}/console/sign-in?token=${token}`);
      const { csrfToken } = await me(browser);
      const signOut = async (headers: Record<string, string>, body = ''): Promise<number> => {
        const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
        return (await browser.open(`${together.url}/console/sign-out`, { method: 'POST', headers: form, body })).status;
      };
      expect(await signOut({})).toBe(403);
      expect(await signOut({}, '_csrf=guessed')).toBe(403);
      expect(await signOut({ 'sec-fetch-site': 'same-site' }, `_csrf=${csrfToken}`)).toBe(403);
      expect(await signOut({ origin: 'https://evil.example' }, `_csrf=${csrfToken}`)).toBe(403);
      expect(await signOut({ origin: 'null', 'sec-fetch-site': 'same-origin' }, `_csrf=${csrfToken}`)).toBe(303);
      expect((await browser.open(`${together.url}/api/v1/me`, { headers: JSON_ACCEPT })).status).toBe(401);
    });
  });

  describe('an identity provider that is configured later', () => {
    it('ends the sessions of the development token, and leaves no admin', async () => {
      const browser = new Browser();
      await browser.open(`${together.url}/console/sign-in?token=${token}`);
      expect(await me(browser)).toMatchObject({ role: 'admin' });
      const later = await together.startReplica({
        OIDC_ISSUER: 'http://localhost:9',
        OIDC_CLIENT_ID: 'hangar',
      });
      expect(await meOf(browser, later.url)).toMatchObject({ type: 'urn:hangar:not_signed_in' });
      await later.end('SIGKILL');
    });
  });

  describe('production without an identity provider', () => {
    let bare: HangarProcess;

    beforeAll(async () => {
      bare = await together.startReplica({ NODE_ENV: 'production' });
    });

    afterAll(() => bare.end('SIGKILL'));

    it('serves neither console nor API, and names the missing variable', async () => {
      const page = await new Browser().open(`${bare.url}/console/sign-in?token=x`);
      expect(page.status).toBe(503);
      expect(await page.text()).toContain('OIDC_ISSUER');
      const answer = await fetch(`${bare.url}/api/v1/me`, { headers: JSON_ACCEPT });
      expect(await answer.json()).toMatchObject({ status: 503, type: 'urn:hangar:sso_missing' });
      expect(bare.log).toContain('OIDC_ISSUER is not set');
      expect(bare.log).not.toContain('sign-in?token=');
    });

    it('serves everything else', async () => {
      expect((await fetch(`${bare.url}/health/ready`)).status).toBe(200);
      expect((await fetch(`${bare.url}/oauth/setup`, { redirect: 'manual' })).status).toBe(302);
      expect((await together.deliver('{', {}, bare.url)).status).toBe(400);
    });
  });
}

async function me(browser: Browser): Promise<Me> {
  return meOf(browser, together.url);
}

async function bearer(token: string): Promise<Response> {
  return fetch(`${together.url}/api/v1/me`, {
    headers: { ...JSON_ACCEPT, authorization: `Bearer ${token}` },
  });
}
