import { beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Browser } from '../../support/browser.js';
import { hangarCommand } from '../../support/cli.js';
import { meOf } from '../../support/console-session.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';
import { type IdentityProvider } from '../../support/identity-provider.js';
import { type SharedServerWithProvider } from '../../support/shared-server.js';
import { until } from '../../support/until.js';

type Person = { readonly subject: string };

const JSON_ACCEPT = { accept: 'application/json' };
const MEMBER = { decision: 'authorise', user: 'member' } as const;
const USER_SETUP = '/oauth/setup?flow=user';

let provider: IdentityProvider;
let together: HangarWithSimulator;

/** People and their links. Part of `operators.test.ts`, on its server. */
export function peopleCases(shared: SharedServerWithProvider): void {
  beforeAll(async () => {
    ({ provider, together } = shared);
    for (const login of ['ann', 'bob']) await provider.account(login, { name: login, groups: ['sre'] });
  });

  describe('a name', () => {
    it('is stored without what PostgreSQL cannot store', async () => {
      await provider.account('nul', { name: 'N\0u\ud800l', groups: [] });
      await signIn('nul');
      expect(await hangar('show', 'nul')).toMatchObject({ person: { name: 'Nu\ufffdl' } });
    });

    it('cannot add a line or control characters to the output of a command', async () => {
      await provider.account('eve', { name: 'Eve\n\u001b[2Kroot  Root\u202e', groups: [] });
      await signIn('eve');
      const listed = (await hangarCommand(['people', 'list'], together.environment)).stdout;
      expect(listed).toContain('Eve \uFFFD[2Kroot  Root\uFFFD');
      const json = (await hangarCommand(['people', 'list', '--json'], together.environment)).stdout;
      expect(json).toContain(String.raw`Eve\n\u001b[2Kroot  Root\u202e`);
      expect(json.trimEnd()).not.toMatch(/[\p{Cc}\u202E]/u);
      const entries = await hangarCommand(['audit', 'list', '--actor', 'eve'], together.environment);
      expect(entries.stdout).toContain('Eve \uFFFD[2K');
    });
  });

  describe('the list of people', () => {
    it('has pages in console, API and command', async () => {
      await provider.account('adm', { name: 'adm', groups: ['hangar-admins'] });
      const browser = await signIn('adm');
      await together.database.query(
        `INSERT INTO people (issuer, subject, last_seen_at)
         SELECT (SELECT min(issuer) FROM people), 'listed-' || n, CASE WHEN n < 60 THEN now() - make_interval(days => n % 7) END
         FROM generate_series(1, 70) AS n`,
      );
      const subjects: string[] = [];
      for (let before: string[] = []; ;) {
        const page = (await hangar('list', '--limit', '9', ...before)) as { people: Person[]; next?: string };
        subjects.push(...page.people.map(({ subject }) => subject));
        if (page.next === undefined) break;
        before = ['--before', page.next];
      }
      const all = await together.database.query<Person>(
        'SELECT subject FROM people ORDER BY last_seen_at DESC NULLS LAST, subject',
      );
      expect(subjects).toEqual(all.map(({ subject }) => subject));
      const first = await (await browser.open(`${together.url}/console/people`)).text();
      expect(first.match(/<a href="\/console\/people\//g)).toHaveLength(50);
      expect(first).toContain('rel="next"');
      const api = async (query: string): Promise<{ items: Person[]; next?: string }> =>
        (await (await open(browser, `/api/v1/people?limit=3${query}`)).json()) as { items: Person[]; next?: string };
      const page = await api('');
      const items = [...page.items, ...(await api(`&cursor=${page.next}`)).items];
      expect(items.map(({ subject }) => subject)).toEqual(subjects.slice(0, 6));
      await together.database.query(`DELETE FROM people WHERE subject LIKE 'listed-%'`);
    });
  });

  describe('a Plane user who consents', () => {
    it('is linked to the signed-in person, who sees the link and can remove it', async () => {
      const browser = await signIn('ann');
      const linked = await browser.install(together.url, USER_SETUP, MEMBER);
      expect(await linked.text()).toContain('You are linked');
      const { links, csrfToken } = await meOf(browser, together.url);
      expect(links).toEqual([{ planeUserId: expect.any(String), linkedAt: expect.any(String) }]);
      const path = `/api/v1/me/links/${links[0]?.planeUserId}`;
      expect((await remove(browser, path, {})).status).toBe(403);
      expect(await tokenStates()).toEqual(['live']);
      expect((await remove(await signIn('bob'), path, 'own')).status).toBe(404);
      expect((await remove(browser, path, { 'x-csrf-token': csrfToken })).status).toBe(204);
      expect(await tokenStates()).toEqual(['revoked']);
      expect(await meOf(browser, together.url)).toMatchObject({ links: [] });
    });

    it('is shown by the command line, which can remove the link too', async () => {
      const browser = await signIn('ann');
      await browser.install(together.url, USER_SETUP, MEMBER);
      const { links } = await meOf(browser, together.url);
      expect(await hangar('show', 'ann')).toMatchObject({ person: { subject: 'ann' }, links });
      const planeUserId = links[0]?.planeUserId ?? '';
      await hangar('unlink', 'ann', planeUserId);
      expect(await tokenStates()).toEqual(['revoked']);
      expect(await hangar('show', 'ann')).toMatchObject({ links: [] });
    });

    it('is not linked if no one is signed in', async () => {
      expect((await new Browser().install(together.url, USER_SETUP, MEMBER)).status).toBe(200);
      expect(await tokenStates()).toEqual(['live']);
      expect(await together.database.query('SELECT * FROM linked_users')).toEqual([]);
    });

    it('is not linked if the person is disabled at the same moment', async () => {
      await provider.account('dan', { name: 'dan', groups: [] });
      const browser = await signIn('dan');
      const callback = await browser.consent(together.url, USER_SETUP, MEMBER);
      const disabling = new Client({ connectionString: together.database.url });
      await disabling.connect();
      await disabling.query('BEGIN');
      await disabling.query(`UPDATE people SET disabled_at = now() WHERE subject = 'dan'`);
      const answer = browser.open(callback);
      await until('the link to wait for it', async () => {
        const waiting = await together.database.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        );
        return waiting.length > 0;
      });
      await disabling.query('COMMIT');
      await disabling.end();
      expect((await answer).status).toBe(403);
      expect(await together.database.query('SELECT * FROM linked_users')).toEqual([]);
      expect(await tokenStates()).toEqual(['revoked']);
    });

    it('is not linked if another person is signed in at the end', async () => {
      const browser = await signIn('ann');
      const callback = await browser.consent(together.url, USER_SETUP, MEMBER);
      await together.database.query(`UPDATE console_sessions SET subject = 'bob'`);
      const refused = await browser.open(callback);
      expect(refused.status).toBe(403);
      expect(await refused.text()).toContain('You were signed in at /console when this was started');
      expect(await together.database.query('SELECT * FROM linked_users')).toEqual([]);
    });
  });

  describe('a person who is disabled', () => {
    it('loses access at once: sessions, sign-ins, bearer tokens and Plane tokens', async () => {
      const browser = await signIn('ann');
      await browser.install(together.url, USER_SETUP, MEMBER);
      const token = await provider.mint({ claims: { aud: 'hangar-api', sub: 'ann', groups: ['sre'] } });
      expect(await hangar('disable', 'ann')).toEqual({
        subject: 'ann',
        sessions: expect.any(Number),
        links: 1,
      });
      expect((await open(browser, '/api/v1/me')).status).toBe(401);
      expect(await tokenStates()).toEqual(['revoked']);
      const again = await provider.signIn(new Browser(), together.url, 'ann');
      expect(again.status).toBe(403);
      expect(await again.text()).toContain('Your account is disabled here');
      const answer = await fetch(`${together.url}/api/v1/me`, {
        headers: { authorization: `Bearer ${token}` },
      });
      expect(await answer.json()).toMatchObject({ status: 403, type: 'urn:hangar:person_disabled' });
      expect(await hangar('list')).toMatchObject({
        people: expect.arrayContaining([disabled('ann', 'operator')]),
      });
    });

    it('can be enabled again, with a new session and new consents', async () => {
      expect(await hangar('enable', 'ann')).toEqual({ subject: 'ann', enabled: true });
      expect(await meOf(await signIn('ann'), together.url)).toMatchObject({ subject: 'ann', links: [] });
    });

    it.each([
      ['of 255 characters', 'x'.repeat(255)],
      ['of 255 characters that URLs encode', `a/b?c#d%2F|;${'\\'.repeat(243)}`],
      ['that looks like a route', '/disable'],
    ])('can have a subject %s: by API and console', async (_what, subject) => {
      await provider.account('boss', { name: 'boss', groups: ['hangar-admins'] });
      const boss = await signIn('boss');
      const { csrfToken } = await meOf(boss, together.url);
      const [api, page] = ['/api/v1', '/console'].map((root) => `${root}/people/${encodeURIComponent(subject)}`);
      const post = async (path: string): Promise<Response> =>
        boss.open(`${together.url}${path}`, {
          method: 'POST',
          headers: { 'x-csrf-token': csrfToken },
          body: new URLSearchParams(),
        });
      const send = { method: 'POST', headers: { ...JSON_ACCEPT, 'x-csrf-token': csrfToken } };
      expect((await boss.open(`${together.url}${api}/disable`, send)).status).toBe(200);
      expect(await (await open(boss, api ?? '')).json()).toMatchObject({ subject, disabledAt: expect.any(String) });
      expect((await post(`${page}/enable`)).status).toBe(303);
      expect(await (await open(boss, api ?? '')).json()).not.toHaveProperty('disabledAt');
      expect((await post(`${page}/disable`)).status).toBe(303);
      expect(await (await boss.open(`${together.url}${page}`)).text()).toContain('disabled');
      expect((await boss.open(`${together.url}${api}/enable`, send)).status).toBe(200);
    });

    it('need not have signed in before', async () => {
      await hangar('disable', 'eve');
      await provider.account('eve', { groups: ['hangar-admins'] });
      expect((await provider.signIn(new Browser(), together.url, 'eve')).status).toBe(403);
      expect(await hangar('list')).toMatchObject({ people: expect.arrayContaining([disabled('eve', null)]) });
      const unknown = await hangarCommand(['people', 'enable', 'unknown'], together.environment);
      expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('hangar people list') });
    });
  });
}

async function signIn(login: string): Promise<Browser> {
  const browser = new Browser();
  const back = await provider.signIn(browser, together.url, login);
  expect(back.status).toBe(303);
  return browser;
}

async function open(browser: Browser, path: string): Promise<Response> {
  return browser.open(`${together.url}${path}`, { headers: JSON_ACCEPT });
}

async function remove(browser: Browser, path: string, headers: Record<string, string> | 'own'): Promise<Response> {
  const { csrfToken } = await meOf(browser, together.url);
  const own = headers === 'own' ? { 'x-csrf-token': csrfToken } : headers;
  return browser.open(`${together.url}${path}`, { method: 'DELETE', headers: { ...JSON_ACCEPT, ...own } });
}

async function tokenStates(): Promise<string[]> {
  const rows = await together.database.query<{ state: string }>(`SELECT state FROM tokens WHERE kind = 'user'`);
  return rows.map(({ state }) => state);
}

async function hangar(...args: string[]): Promise<unknown> {
  const { stdout, stderr } = await hangarCommand(['people', ...args, '--json'], together.environment);
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

function disabled(subject: string, role: string | null): unknown {
  return expect.objectContaining({ subject, role, disabledAt: expect.any(String) });
}
