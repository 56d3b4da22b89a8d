import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../../support/browser.js';
import { type Me, meOf, sessionIn, signOut } from '../../support/console-session.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';
import { type IdentityProvider } from '../../support/identity-provider.js';
import { type SharedServerWithProvider } from '../../support/shared-server.js';
import { until } from '../../support/until.js';

const TWENTY_MINUTES = 1200;
const JSON_ACCEPT = { accept: 'application/json' };

let provider: IdentityProvider;
let together: HangarWithSimulator;

async function makeAccounts(): Promise<void> {
  const email = { email: 'ann@example.com', email_verified: true };
  await provider.account('ann', { name: 'Ann', ...email, groups: ['staff', 'sre'] });
  await provider.account('root', { name: 'Root', email: 'root@example.com', groups: ['hangar-admins'] });
  await provider.account('guest', { name: '<b>Guest</b>', groups: ['visitors', 'my admin friend', '<i>\u001B[2J'] });
  await provider.account('nested', { realm_access: { roles: ['offline_access', 'viewer'] } });
}

/** How operators sign in. Part of `operators.test.ts`, on its server. */
export function signInCases(shared: SharedServerWithProvider): void {
  beforeAll(async () => {
    ({ provider, together } = shared);
    await makeAccounts();
  });

  describe('signing in', () => {
    it('redirects to the provider with PKCE, state and nonce, in a cookie that scripts cannot read', async () => {
      const started = await new Browser().open(`${together.url}/console/sign-in`);
      expect(started.status).toBe(302);
      const { origin, searchParams } = new URL(started.headers.get('location') ?? '');
      expect(origin).toBe(provider.url);
      expect(Object.fromEntries(searchParams)).toEqual({
        client_id: 'hangar',
        response_type: 'code',
        redirect_uri: `${together.url}/console/sign-in/callback`,
        scope: 'openid profile email',
        state: expect.stringMatching(/^[\w-]{43}$/),
        nonce: expect.stringMatching(/^[\w-]{43}$/),
        code_challenge: expect.stringMatching(/^[\w-]{43}$/),
        code_challenge_method: 'S256',
      });
      const cookie = started.headers.get('set-cookie') ?? '';
      expect(cookie).toMatch(/^hangar-sign-in-[0-9a-f]{12}=[\w.-]+; Max-Age=900; Path=\/; HttpOnly; SameSite=Lax$/);
      expect(cookie).not.toContain(searchParams.get('nonce'));
    });

    it('returns to the requested page, with the role of the groups', async () => {
      const browser = new Browser();
      const back = await provider.signIn(browser, together.url, 'ann', '/console/sign-in?return_to=/console/x');
      expect(back.status).toBe(303);
      expect(back.headers.get('location')).toBe('/console/x');
      expect(await meOf(browser, together.url)).toMatchObject({
        subject: 'ann',
        name: 'Ann',
        email: 'ann@example.com',
        role: 'operator',
      });
    });

    it('creates a new session each time, and ends the browser’s previous one', async () => {
      const browser = new Browser();
      const first = sessionIn(await provider.signIn(browser, together.url, 'ann'));
      const again = await provider.signIn(browser, together.url, 'ann');
      expect(sessionIn(again)).not.toBe(first);
      const old = await fetch(`${together.url}/api/v1/me`, { headers: { ...JSON_ACCEPT, cookie: first } });
      expect(old.status).toBe(401);
      expect(await meOf(browser, together.url)).toMatchObject({ subject: 'ann' });
    });

    it('uses the highest role, and an email address only if it is verified', async () => {
      expect(await signedIn('root')).toMatchObject({ role: 'admin', email: null });
    });

    it('reads roles from userinfo if the id token has none', async () => {
      await provider.claimsInUserinfo(true);
      expect(await signedIn('ann')).toMatchObject({ role: 'operator', name: 'Ann' });
      await provider.claimsInUserinfo(false);
    });

    it('gives no access by default, and shows what is missing and which values the claim has', async () => {
      const browser = new Browser();
      const back = await provider.signIn(browser, together.url, 'guest');
      expect(back.headers.get('location')).toBe('/console/no-role');
      const page = await browser.open(`${together.url}/console/no-role`);
      expect(page.status).toBe(403);
      expect(page.headers.get('content-security-policy')).toContain(`form-action 'self' ${provider.url};`);
      const text = await page.text();
      expect(text).toContain('<code>groups</code>');
      expect(text).toContain('&lt;b&gt;Guest&lt;/b&gt;');
      for (const value of ['visitors', 'my admin friend', String.raw`&lt;i&gt;\u001b[2J`])
        expect(text).toContain(`<code>${value}</code>`);
      const logged = await until('the log', () =>
        together.hangar.log.split('\n').find((line) => /roles claim contains no role.*"guest"/.test(line)),
      );
      expect(JSON.parse(logged)).toMatchObject({
        subject: 'guest',
        roleValues: ['visitors', 'my admin friend', String.raw`<i>\u001b[2J`],
      });
      expect(await meOf(browser, together.url)).toMatchObject({ role: null });
    });

    it('maps LDAP names by a JSON file, and does not split a text into words', async () => {
      const [folder, dn] = [mkdtempSync(join(tmpdir(), 'hangar-roles-')), 'CN=SRE,OU=IT,DC=example'];
      writeFileSync(join(folder, 'map.json'), JSON.stringify({ [dn]: 'operator', admin: 'admin' }));
      await provider.account('ldap', { groups: dn });
      await provider.account('friend', { groups: 'my admin friend' });
      const map = { OIDC_ROLES_MAP: '', OIDC_ROLES_MAP_FILE: join(folder, 'map.json') };
      const replica = await together.startReplica(map);
      for (const [login, role] of Object.entries({ ldap: 'operator', friend: null })) {
        const browser = new Browser();
        const back = await provider.approve(browser, `${replica.url}/console/sign-in`, login);
        await browser.open(back.replace(together.url, replica.url));
        expect(await meOf(browser, replica.url)).toMatchObject({ role });
      }
      await replica.end();
      rmSync(folder, { recursive: true });
    });

    it('finds roles at a nested path, on any replica', async () => {
      const nested = { OIDC_ROLES_CLAIM: 'realm_access.roles', OIDC_ROLES_MAP: '' };
      const replica = await together.startReplica(nested);
      const browser = new Browser();
      const back = await provider.approve(browser, `${replica.url}/console/sign-in`, 'nested');
      await browser.open(back.replace(together.url, replica.url));
      expect(await meOf(browser, replica.url)).toMatchObject({ subject: 'nested', role: 'viewer' });
      await replica.end();
    });
  });

  describe('two tabs of one browser', () => {
    it('both sign in, in any order', async () => {
      const browser = new Browser();
      const tabs: string[] = [];
      for (const path of ['/console/a', '/console/b'])
        tabs.push(await provider.approve(browser, `${together.url}/console/sign-in?return_to=${path}`, 'ann'));
      const back = [await browser.open(tabs[1] ?? ''), await browser.open(tabs[0] ?? '')];
      expect(back.map(({ headers }) => headers.get('location'))).toEqual(['/console/b', '/console/a']);
    });
  });

  describe('a sign-in that fails', () => {
    it('because it was started in another browser, or is completed twice', async () => {
      const browser = new Browser();
      const callback = await provider.approve(browser, `${together.url}/console/sign-in`, 'ann');
      expect(await refused(await new Browser().open(callback), 400)).toContain('started in another browser');
      expect((await browser.open(callback)).status).toBe(303);
      expect(await refused(await browser.open(callback), 400)).toContain('already finished');
      expect(
        await refused(await browser.open(`${together.url}/console/sign-in/callback?state=x&state=y`), 400),
      ).toContain('Sign in again');
    });

    it('because the provider does not know the name', async () => {
      const browser = new Browser();
      const back = await provider.signIn(browser, together.url, 'unknown');
      expect(await refused(back, 403)).toContain('access_denied');
    });

    it('because the code was changed', async () => {
      const browser = new Browser();
      const callback = new URL(await provider.approve(browser, `${together.url}/console/sign-in`, 'ann'));
      callback.searchParams.set('code', 'another');
      expect(await refused(await browser.open(callback.href), 400)).toContain('rejected the code');
    });

    it('is a problem document for clients that accept JSON', async () => {
      const answer = await fetch(`${together.url}/console/sign-in/callback?state=x`, {
        headers: JSON_ACCEPT,
      });
      expect(await answer.json()).toMatchObject({ type: 'urn:hangar:sign_in_unknown', status: 400 });
    });
  });

  describe('a session', () => {
    it.each([
      ['was not used for 31 minutes', `last_seen_at = now() - interval '31 minutes'`],
      ['is older than its limit', `expires_at = now() - interval '1 second'`],
    ])('ends when it %s', async (_why, change) => {
      const browser = await signIn('ann');
      await together.database.query(`UPDATE console_sessions SET ${change}`);
      expect((await open(browser, '/api/v1/me')).status).toBe(401);
    });

    it('is extended by use: the last use is recorded', async () => {
      const browser = await signIn('ann');
      await together.database.query(`UPDATE console_sessions SET last_seen_at = now() - interval '20 minutes'`);
      expect((await open(browser, '/api/v1/me')).status).toBe(200);
      const [row] = await together.database.query<{ age: number }>(
        `SELECT extract(epoch FROM now() - max(last_seen_at))::int AS age FROM console_sessions`,
      );
      expect(row?.age).toBeLessThan(TWENTY_MINUTES);
    });

    it('is not extended by a live page that was left open', async () => {
      const browser = await signIn('ann');
      await together.database.query(`UPDATE console_sessions SET last_seen_at = now() - interval '20 minutes'`);
      const [live, leaves] = [`${together.url}/console/deliveries/live`, new AbortController()];
      const init = { headers: { accept: 'text/event-stream' }, signal: leaves.signal };
      expect((await browser.open(live, init)).status).toBe(200);
      leaves.abort();
      const [row] = await together.database.query<{ age: number }>(
        `SELECT extract(epoch FROM now() - max(last_seen_at))::int AS age FROM console_sessions`,
      );
      expect(row?.age).toBeGreaterThanOrEqual(TWENTY_MINUTES);
    });

    it('is rejected with a changed cookie', async () => {
      const session = sessionIn(await provider.signIn(new Browser(), together.url, 'ann'));
      const changed = `${session.slice(0, -2)}${session.endsWith('A', session.length - 1) ? 'B' : 'A'}${session.slice(-1)}`;
      for (const cookie of [changed, 'hangar-session=nonsense', 'hangar-session='])
        expect((await fetch(`${together.url}/api/v1/me`, { headers: { ...JSON_ACCEPT, cookie } })).status).toBe(401);
    });
  });

  describe('signing out', () => {
    it('ends the session here and at the provider, and returns', async () => {
      const browser = await signIn('ann');
      const { csrfToken } = await meOf(browser, together.url);
      const left = await signOut(browser, together.url, csrfToken);
      expect(left.status).toBe(303);
      const end = new URL(left.headers.get('location') ?? '');
      expect(end.origin).toBe(provider.url);
      expect(Object.fromEntries(end.searchParams)).toEqual({
        id_token_hint: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
        client_id: 'hangar',
        post_logout_redirect_uri: `${together.url}/console/signed-out`,
      });
      expect((await open(browser, '/api/v1/me')).status).toBe(401);
      const form = await (await browser.open(end.href)).text();
      const [, action = '', xsrf = ''] = /action="([^"]+)".*name="xsrf" value="([^"]+)"/s.exec(form) ?? [];
      const body = new URLSearchParams({ xsrf, logout: 'yes' });
      const back = await browser.open(action, { method: 'POST', body });
      expect(back.headers.get('location')).toBe(`${together.url}/console/signed-out`);
      const page = await browser.open(`${together.url}/console/signed-out`);
      expect(await page.text()).toContain('You are signed out');
    });
  });

  describe('a provider', () => {
    it('may change its keys at runtime', async () => {
      await signedIn('ann');
      await provider.rotateKeys();
      expect(await signedIn('ann')).toMatchObject({ role: 'operator' });
    });

    it('may stop responding: sessions stay valid, a sign-in shows why it fails, and works again later', async () => {
      const browser = await signIn('ann');
      await provider.stop();
      expect((await open(browser, '/api/v1/me')).status).toBe(200);
      const page = await until('the sign-in to notice', async () => {
        const answer = await new Browser().open(`${together.url}/console/sign-in`);
        return answer.status === 302 ? undefined : answer;
      });
      expect(page.headers.get('retry-after')).toBe('10');
      expect(await refused(page, 503)).toContain('cannot be reached');
      const { csrfToken } = await meOf(browser, together.url);
      const left = await signOut(browser, together.url, csrfToken);
      expect(left.status).toBe(303);
      await provider.restart();
      await makeAccounts();
      await until('the sign-in to work again', async () => {
        return (await new Browser().open(`${together.url}/console/sign-in`)).status === 302;
      });
      expect(await signedIn('ann')).toMatchObject({ role: 'operator' });
    });
  });
}

async function signIn(login: string): Promise<Browser> {
  const browser = new Browser();
  const back = await provider.signIn(browser, together.url, login);
  expect(back.status).toBe(303);
  return browser;
}

async function signedIn(login: string): Promise<Me> {
  return meOf(await signIn(login), together.url);
}

async function open(browser: Browser, path: string): Promise<Response> {
  return browser.open(`${together.url}${path}`, { headers: JSON_ACCEPT });
}

/** The text of the page of a rejected sign-in. */
async function refused(answer: Response, status: number): Promise<string> {
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-security-policy')).toContain(`default-src 'none'`);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const text = await answer.text();
  expect(text).toContain('href="/console/sign-in"');
  return text;
}
