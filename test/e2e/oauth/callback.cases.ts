import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { STATE_REASONS } from '../../../src/oauth/oauth.errors.js';
import { Browser, type Decision } from '../../support/browser.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';
import { type SharedServer } from '../../support/shared-server.js';
import { rejectedCallback } from './rejected-callback.js';

const SCRIPT = '<script>alert(1)</script>';
const POLICY =
  /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/;
const JSON_ONLY = { headers: { accept: 'application/json' } };
const SANDBOX = { decision: 'install', workspace: 'sandbox' } as const satisfies Decision;
const MEMBER = { decision: 'authorise', user: 'member' } as const satisfies Decision;

let together: HangarWithSimulator;

/** What comes back from Plane. Part of `oauth.test.ts`, on its server. */
export function callbackCases(shared: SharedServer): void {
  beforeAll(() => {
    ({ together } = shared);
  });

  describe('a user who links their account', () => {
    it('sees a confirmation, and the tokens are stored under the user id of Plane', async () => {
      const page = await new Browser().install(together.url, '/oauth/setup?flow=user', MEMBER);
      expect(await pageIn(page)).toMatchObject({
        status: 200,
        text: expect.stringContaining('You are linked'),
      });
      const member = (await together.world()).users.find(({ role }) => role === 'member');
      const rows = await together.database.query<{ access_token: string; refresh_token: string }>(
        `SELECT access_token, refresh_token FROM tokens WHERE kind = 'user' AND plane_user_id = $1`,
        [member?.id],
      );
      expect(rows).toHaveLength(1);
      for (const text of Object.values(rows[0] ?? {})) expectEncrypted(text);
    });

    it('again has one row, with the newer tokens', async () => {
      const before = await tokens('user');
      await new Browser().install(together.url, '/oauth/setup?flow=user', MEMBER);
      const after = await tokens('user');
      expect(after).toHaveLength(before.length);
      expect(after).not.toEqual(before);
    });

    it('can request JSON', async () => {
      const browser = new Browser();
      const back = await browser.consent(together.url, '/oauth/setup?flow=user', MEMBER);
      const answer = await browser.open(back, JSON_ONLY);
      expect(await answer.json()).toEqual({
        status: 'linked',
        planeUserId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    });

    it('is not linked by a callback without a state, since another site could have sent it', async () => {
      const browser = new Browser();
      const back = new URL(await browser.consent(together.url, '/oauth/setup?flow=user', MEMBER));
      back.searchParams.delete('state');
      expect(await failure(browser, back.href)).toEqual({
        status: 400,
        type: 'urn:hangar:oauth_state_missing',
      });
    });

    it('is sent to linking by "Try again", not to an installation', async () => {
      const refused = { ...MEMBER, decision: 'refuse' } as const;
      const page = await new Browser().install(together.url, '/oauth/setup?flow=user', refused);
      expect(await page.text()).toContain('<a href="/oauth/setup?flow=user">Try again</a>');
    });
  });

  describe('an installation', () => {
    it('can be confirmed as JSON', async () => {
      const browser = new Browser();
      const answer = await browser.open(await browser.consent(together.url, '/oauth/setup', SANDBOX), JSON_ONLY);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({
        status: 'installed',
        workspace: { slug: 'sandbox', name: 'Sandbox' },
      });
    });

    it('stores the bot’s token encrypted', async () => {
      await together.install();
      const rows = await tokens('bot');
      expect(rows).not.toHaveLength(0);
      for (const { access_token } of rows) expectEncrypted(access_token);
    });

    it('started by Plane, without a state, is accepted if Plane confirms it', async () => {
      const { id } = await together.plane.post('/installations', { workspace: 'harbour' });
      const page = await new Browser().open(callback({ app_installation_id: String(id) }));
      expect(await pageIn(page)).toMatchObject({
        status: 200,
        text: expect.stringContaining('<strong>Harbour</strong>'),
      });
    });

    it.each([randomUUID(), '../users/me', `x' OR 1=1 --`, SCRIPT, 'a\u0000b'])(
      'with the invented id %j is rejected',
      async (id) => {
        expect(await failure(new Browser(), callback({ app_installation_id: id }))).toEqual({
          status: 400,
          type: 'urn:hangar:installation_not_proven',
        });
      },
    );
  });

  describe('an OAuth callback that does not belong to a request of this browser', () => {
    it('is rejected without a state', async () => {
      expect(await failure(new Browser(), callback({ code: 'code' }))).toEqual({
        status: 400,
        type: 'urn:hangar:oauth_state_missing',
      });
      expect(await failure(new Browser(), callback({}))).toEqual({
        status: 400,
        type: 'urn:hangar:oauth_state_missing',
      });
    });

    it.each(['made-up', '', 'a'.repeat(5000), '\u0000'])('is rejected with the unknown state %j', async (state) => {
      const answer = await new Browser().open(callback({ code: 'code', state }));
      expect(await pageIn(answer)).toMatchObject({
        status: 400,
        text: expect.stringContaining('Try again'),
      });
    });

    it('is rejected with two states', async () => {
      expect(await pageIn(await new Browser().open(`${callback({ code: 'c', state: 'a' })}&state=b`))).toMatchObject({
        status: 400,
        text: expect.stringContaining('Try again'),
      });
    });

    it.each([
      ['was used before', 'used'],
      ['has expired', 'expired'],
      ['is another browser’s', 'foreign'],
      ['was made up', 'unknown'],
    ] as const)('installs the app if Plane confirms it, and explains that its state %s', async (_, reason) => {
      const { browser, back } = await rejectedCallback(together, reason);
      const links = await together.database.query('SELECT * FROM linked_users');
      const { status, text } = await pageIn(await browser.open(back));
      expect(status).toBe(200);
      expect(text).toContain('The app is installed');
      expect(text).toContain(STATE_REASONS[reason]);
      expect(await (await browser.open(back, JSON_ONLY)).json()).toMatchObject({
        status: 'installed',
        workspace: { slug: 'sandbox' },
        notice: { type: `urn:hangar:oauth_state_${reason}` },
      });
      expect(await together.database.query('SELECT * FROM linked_users')).toEqual(links);
    });

    it.each(['used', 'expired', 'foreign', 'unknown'] as const)(
      'is rejected if its state is %s and Plane does not confirm the installation',
      async (reason) => {
        const { browser, back } = await rejectedCallback(together, reason, randomUUID());
        expect(await failure(browser, back)).toEqual({ status: 400, type: `urn:hangar:oauth_state_${reason}` });
      },
    );

    it('is rejected if its state is used and it would link a user', async () => {
      const browser = new Browser();
      const back = await browser.consent(together.url, '/oauth/setup?flow=user', MEMBER);
      expect((await browser.open(back)).status).toBe(200);
      const problem = await browser.open(back, JSON_ONLY);
      expect(await problem.json()).toMatchObject({ status: 400, type: 'urn:hangar:oauth_state_used' });
    });

    it('does not use up its state on a HEAD request of a link preview', async () => {
      const browser = new Browser();
      const back = await browser.consent(together.url, '/oauth/setup', SANDBOX);
      expect((await browser.open(back, { method: 'HEAD' })).status).toBe(404);
      expect((await browser.open(back)).status).toBe(200);
    });

    it('links a user only once if it is used concurrently', async () => {
      const browser = new Browser();
      const back = await browser.consent(together.url, '/oauth/setup?flow=user', MEMBER);
      const answers = await Promise.all([browser.open(back), browser.open(back), browser.open(back)]);
      expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400, 400]);
    });

    it('from another browser uses up the state, since another person has seen it', async () => {
      const [mine, other] = [new Browser(), new Browser()];
      const back = await mine.consent(together.url, '/oauth/setup?flow=user', MEMBER);
      const foreign = await other.open(back, JSON_ONLY);
      expect(await foreign.json()).toMatchObject({ status: 400, type: 'urn:hangar:oauth_state_foreign' });
      const own = await mine.open(back, JSON_ONLY);
      expect(await own.json()).toMatchObject({ status: 400, type: 'urn:hangar:oauth_state_used' });
    });

    it('is rejected without the parameters that the flow requires', async () => {
      const browser = new Browser();
      for (const [setup, missing, decision] of [
        ['/oauth/setup', 'app_installation_id', SANDBOX],
        ['/oauth/setup?flow=user', 'code', MEMBER],
      ] as const) {
        const back = new URL(await browser.consent(together.url, setup, decision));
        back.searchParams.delete(missing);
        expect(await pageIn(await browser.open(back.href))).toMatchObject({
          status: 400,
          text: expect.stringContaining(`Plane sent no ${missing}`),
        });
      }
    });
  });

  describe('a denied consent in Plane', () => {
    it('is shown on a page with a link to try again', async () => {
      const browser = new Browser();
      const page = await browser.install(together.url, '/oauth/setup', { decision: 'refuse' });
      expect(await pageIn(page)).toMatchObject({
        status: 403,
        text: expect.stringMatching(/Consent was refused[^]*The user refused\.[^]*Try again/),
      });
    });

    it('is returned as JSON to clients that accept it', async () => {
      const browser = new Browser();
      const back = await browser.consent(together.url, '/oauth/setup', { decision: 'refuse' });
      const answer = await browser.open(back, JSON_ONLY);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await answer.json()).toMatchObject({ type: 'urn:hangar:oauth_refused', status: 403 });
    });

    it('does not repeat text from the address', async () => {
      const back = callback({ error: 'access_denied', error_description: 'Call 555-0100 to go on' });
      const page = await new Browser().open(back);
      expect(page.status).toBe(403);
      expect(await page.text()).not.toContain('555-0100');
    });

    it.each<Record<string, string>>([
      { error: SCRIPT },
      { error: 'access_denied', error_description: `${SCRIPT}"'><img src=x onerror=alert(1)>` },
    ])('cannot inject a script into the page: %j', async (said) => {
      const browser = new Browser();
      const { searchParams } = new URL(await browser.consent(together.url, '/oauth/setup', { decision: 'refuse' }));
      for (const state of [searchParams.get('state') ?? '', `"><svg onload=alert(1)>${SCRIPT}`]) {
        const answer = await browser.open(callback({ ...said, state }));
        const page = await answer.clone().text();
        expect(await pageIn(answer)).toMatchObject({ status: answer.status });
        expect(page).not.toMatch(/<script|<img|<svg onload/);
      }
    });
  });
}

const callback = (query: Record<string, string>): string =>
  `${together.url}/oauth/callback?${new URLSearchParams(query).toString()}`;

async function tokens(kind: string): Promise<{ access_token: string }[]> {
  return together.database.query('SELECT * FROM tokens WHERE kind = $1 ORDER BY id', [kind]);
}

/** JWE in compact form (RFC 7516 §3.1) under a key of ours. */
function expectEncrypted(text: string): void {
  const parts = text.split('.');
  expect(parts).toHaveLength(5);
  const header: unknown = JSON.parse(Buffer.from(parts[0] ?? '', 'base64url').toString());
  expect(header).toMatchObject({ alg: 'dir', enc: 'A256GCM', kid: 'test' });
}

/** A page of ours, with its status. */
async function pageIn(answer: Response): Promise<{ status: number; text: string }> {
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': expect.stringMatching(POLICY),
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  });
  return { status: answer.status, text: await answer.text() };
}

/** An error that is shown on a page with "Try again", and as JSON to clients that accept it. */
async function failure(browser: Browser, url: string): Promise<{ status: number; type: string }> {
  const { status, text } = await pageIn(await browser.open(url));
  expect(text).toContain('<a href="/oauth/setup">Try again</a>');
  const answer = await browser.open(url, JSON_ONLY);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  const problem = (await answer.json()) as { status: number; type: string };
  const texts = { title: expect.any(String), detail: expect.any(String), requestId: expect.any(String) };
  expect(problem).toEqual({ ...texts, type: expect.any(String), status });
  return { status, type: problem.type };
}
