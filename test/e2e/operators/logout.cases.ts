import { beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../../support/browser.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';
import { type IdentityProvider, type Minted } from '../../support/identity-provider.js';
import { type SharedServerWithProvider } from '../../support/shared-server.js';

const JSON_ACCEPT = { accept: 'application/json' };
const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} };

let provider: IdentityProvider;
let together: HangarWithSimulator;

/** Logouts that the provider reports, by back channel and front channel. Part of `operators.test.ts`, on its server. */
export function logoutCases(shared: SharedServerWithProvider): void {
  beforeAll(async () => {
    ({ provider, together } = shared);
    await provider.account('ann', { name: 'ann', groups: ['sre'] });
  });

  describe('a logout at the provider', () => {
    it('ends the session that it names, and no other', async () => {
      const [browser, other] = [await signIn('ann'), await signIn('ann')];
      const [row] = await together.database.query<{ sid: string }>(
        `SELECT sid FROM console_sessions WHERE subject = 'ann' ORDER BY created_at DESC LIMIT 1 OFFSET 1`,
      );
      await provider.backChannelLogout('ann', row?.sid ?? '');
      expect((await open(browser, '/api/v1/me')).status).toBe(401);
      expect((await open(other, '/api/v1/me')).status).toBe(200);
    });

    it('ends all sessions of a person without a sid; its token is accepted once', async () => {
      const browser = await signIn('ann');
      const token = await provider.mint({ claims: { aud: 'hangar', sub: 'ann', events: LOGOUT } });
      expect(await logout(token)).toEqual({ status: 200 });
      expect((await open(browser, '/api/v1/me')).status).toBe(401);
      expect(await logout(token)).toMatchObject({
        status: 400,
        detail: expect.stringContaining('already used'),
      });
    });

    it('may have no exp, as older Keycloak, authentik, Hydra and LemonLDAP::NG send it; it is accepted once too', async () => {
      const browser = await signIn('ann');
      const token = await provider.mint({ claims: { aud: 'hangar', sub: 'ann', events: LOGOUT, exp: null } });
      expect(await logout(token)).toEqual({ status: 200 });
      expect((await open(browser, '/api/v1/me')).status).toBe(401);
      expect(await logout(token)).toMatchObject({ status: 400, detail: expect.stringContaining('already used') });
    });

    const OLD = Math.floor(Date.now() / 1000) - 3600;
    it.each<[string, Minted, string]>([
      [
        'for another client',
        { claims: { aud: 'other', sub: 'ann', events: LOGOUT } },
        'audience is not OIDC_CLIENT_ID',
      ],
      [
        'of another issuer',
        { claims: { aud: 'hangar', iss: 'http://x', sub: 'ann', events: LOGOUT } },
        'issuer is not OIDC_ISSUER',
      ],
      ['that is old', { claims: { aud: 'hangar', sub: 'ann', events: LOGOUT, iat: OLD } }, 'too old'],
      [
        'that is old, without exp',
        { claims: { aud: 'hangar', sub: 'ann', events: LOGOUT, iat: OLD, exp: null } },
        'too old',
      ],
      ['that has expired', { claims: { aud: 'hangar', sub: 'ann', events: LOGOUT, exp: OLD } }, 'has expired'],
      ['without jti', { claims: { aud: 'hangar', sub: 'ann', events: LOGOUT, jti: null } }, 'claim jti is missing'],
      ['without iat', { claims: { aud: 'hangar', sub: 'ann', events: LOGOUT, iat: null, exp: null } }, 'claim iat'],
      ['without its event', { claims: { aud: 'hangar', sub: 'ann', events: {} } }, 'contains no logout event'],
      ['with a nonce', { claims: { aud: 'hangar', sub: 'ann', events: LOGOUT, nonce: 'n' } }, 'has a nonce'],
      ['without sub and sid', { claims: { aud: 'hangar', events: LOGOUT } }, 'neither sub nor sid'],
      [
        'signed with another key',
        { claims: { aud: 'hangar', sub: 'ann', events: LOGOUT }, key: 'foreign' },
        'signature does not match',
      ],
      [
        'without a signature',
        { claims: { aud: 'hangar', sub: 'ann', events: LOGOUT }, key: 'none' },
        'algorithm is not allowed',
      ],
      ['for a subject with NUL', { claims: { aud: 'hangar', sub: 'an\0n', events: LOGOUT } }, 'claim sub'],
      ['for a subject that is a number', { claims: { aud: 'hangar', sub: 7, events: LOGOUT } }, 'claim sub'],
      ['for a session with NUL', { claims: { aud: 'hangar', sid: 's\0', events: LOGOUT } }, 'claim sid'],
      ['for half a character', { claims: { aud: 'hangar', sub: 'ann', sid: '\ud800', events: LOGOUT } }, 'claim sid'],
    ])('is rejected with a token %s', async (_what, wanted, why) => {
      const browser = await signIn('ann');
      const answer = await logout(await provider.mint(wanted));
      expect(answer).toMatchObject({ status: 400, detail: expect.stringContaining(why) });
      expect((await open(browser, '/api/v1/me')).status).toBe(200);
    });
  });

  describe('a front-channel logout of the provider', () => {
    const front = (query: Record<string, string>): Promise<Response> =>
      fetch(`${together.url}/console/front-channel-logout?${new URLSearchParams(query).toString()}`);
    const newestSid = async (): Promise<string> => {
      const [row] = await together.database.query<{ sid: string }>(
        `SELECT sid FROM console_sessions ORDER BY created_at DESC LIMIT 1`,
      );
      return row?.sid ?? '';
    };

    it('ends the session that it names, without a cookie of the frame; the provider may frame the answer', async () => {
      const other = await signIn('ann');
      const browser = await signIn('ann');
      const answer = await front({ iss: provider.url, sid: await newestSid() });
      expect(answer.status).toBe(200);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('content-security-policy')).toContain(`frame-ancestors ${provider.url}`);
      expect((await open(browser, '/api/v1/me')).status).toBe(401);
      expect((await open(other, '/api/v1/me')).status).toBe(200);
    });

    it('is recorded once: another for the same session ends nothing and writes nothing', async () => {
      await signIn('ann');
      const query = { iss: provider.url, sid: await newestSid() };
      const entries = async (): Promise<number> => {
        const [row] = await together.database.query<{ count: number }>(
          `SELECT count(*)::int AS count FROM audit_log WHERE action = 'sign_out'`,
        );
        return row?.count ?? 0;
      };
      const before = await entries();
      for (let time = 0; time < 3; time += 1) expect((await front(query)).status).toBe(200);
      expect(await entries()).toBe(before + 1);
    });

    it.each([
      ['names none', null, {}],
      ['names one, of which the id token said nothing', null, { sid: 'ann' }],
      ['names none, though the id token did', 'provider-session', {}],
    ])(
      'ends the session of the browser where provider and Hangar are of one site and it %s',
      async (_w, sid, query) => {
        const browser = await signIn('ann');
        await together.database.query(`UPDATE console_sessions SET sid = $1`, [sid]);
        const whole = 'sid' in query ? { iss: provider.url, ...query } : {};
        const address = `${together.url}/console/front-channel-logout?${new URLSearchParams(whole).toString()}`;
        const cross = await browser.open(address, { headers: { 'sec-fetch-site': 'cross-site' } });
        expect(cross.status).toBe('sid' in query ? 200 : 400);
        expect((await open(browser, '/api/v1/me')).status).toBe(200);
        const same = await browser.open(address, { headers: { 'sec-fetch-site': 'same-site' } });
        expect(same.status).toBe(200);
        expect((await open(browser, '/api/v1/me')).status).toBe(401);
      },
    );

    it.each<[string, (sid: string) => Record<string, string>, string]>([
      ['of another issuer', (sid) => ({ iss: 'http://x', sid }), 'iss is not OIDC_ISSUER'],
      ['without an issuer', (sid) => ({ sid }), 'session required'],
      ['without a session', () => ({ iss: provider.url }), 'session required'],
      ['with NUL in the session', (sid) => ({ iss: provider.url, sid: `${sid}\0` }), 'session required'],
    ])('is rejected %s', async (_what, query, why) => {
      const browser = await signIn('ann');
      const answer = await front(query(await newestSid()));
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ detail: expect.stringContaining(why) });
      expect((await open(browser, '/api/v1/me')).status).toBe(200);
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

async function logout(token: string): Promise<{ status: number; detail?: string }> {
  const body = new URLSearchParams({ logout_token: token });
  const answer = await fetch(`${together.url}/console/back-channel-logout`, { method: 'POST', body });
  const text = await answer.text();
  return { status: answer.status, ...(text && (JSON.parse(text) as object)) };
}
