import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { hangarCommand } from '../support/cli.js';
import { meOf } from '../support/console-session.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { IdentityProvider } from '../support/identity-provider.js';

/** As authentik writes its issuers by default: with a path and a final slash. */
const PATH = '/application/o/hangar/';
const DN = 'CN=Hangar Admins,OU=IT,DC=example';
const LOGOUT = { 'http://schemas.openid.net/event/backchannel-logout': {} };
const MAP = { 'Domain Admins': 'admin', [DN]: 'admin', 'ops;night': 'operator', Admins: 'admin', staff: 'viewer' };

describe('a provider whose issuer has a path and a final slash', () => {
  let provider: IdentityProvider;
  let together: HangarWithSimulator;

  beforeAll(async () => {
    provider = await IdentityProvider.start(PATH);
    const environment = { ...provider.environment, OIDC_ROLES_MAP: JSON.stringify(MAP) };
    together = await HangarWithSimulator.start({ environment });
    await provider.app(together.url);
    await provider.account('ann', { name: 'Ann', groups: ['staff'] });
  });

  afterAll(async () => {
    await together.stop();
    await provider.stop();
  });

  async function signIn(login = 'ann'): Promise<Browser> {
    const browser = new Browser();
    expect((await provider.signIn(browser, together.url, login)).status).toBe(303);
    return browser;
  }

  /** What a person reads when the sign-in at a server with this environment fails. */
  async function failure(environment: Record<string, string> = {}): Promise<string> {
    const replica = await together.startReplica(environment);
    try {
      const browser = new Browser();
      const started = await browser.open(`${replica.url}/console/sign-in`);
      if (started.status !== 302) return await text(started);
      const back = await provider.approve(browser, `${replica.url}/console/sign-in`, 'ann');
      return await text(await browser.open(back.replace(together.url, replica.url)));
    } finally {
      await replica.end();
    }
  }

  it.each([
    ['one group', ['staff'], 'viewer'],
    ['several groups', ['visitors', 'staff', 'ops;night'], 'operator'],
    ['a name with a blank', ['Domain Admins'], 'admin'],
    ['a name with a semicolon, as a text', 'ops;night', 'operator'],
    ['a name with commas, as a text', DN, 'admin'],
    ['a name that has another one in it', 'Domain Admins of Paris', null],
    ['a part of a name alone', 'ops', null],
  ])('signs people in with %s', async (_what, groups, role) => {
    await provider.account('kim', { name: 'Kim', groups });
    expect(await meOf(await signIn('kim'), together.url)).toMatchObject({ subject: 'kim', role });
  });

  it('is one with the issuer without the slash, in what is stored: who was disabled before remains so', async () => {
    await signIn();
    const people = await together.database.query(`SELECT DISTINCT issuer FROM people`);
    expect(people).toEqual([{ issuer: provider.issuer.replace(/\/$/, '') }]);
    const disable = ['people', 'disable', 'ann', '--json'];
    expect(
      (await hangarCommand(disable, { ...together.environment, OIDC_ISSUER: provider.issuer.replace(/\/$/, '') })).code,
    ).toBe(0);
    const again = await provider.signIn(new Browser(), together.url, 'ann');
    expect(again.status).toBe(403);
    expect((await hangarCommand(['people', 'enable', 'ann'], together.environment)).code).toBe(0);
  });

  it('signs out both ways, and programs in', async () => {
    const [back, front] = [await signIn(), await signIn()];
    const [row] = await together.database.query<{ sid: string }>(
      `SELECT sid FROM console_sessions ORDER BY created_at DESC LIMIT 1`,
    );
    const query = new URLSearchParams({ iss: provider.issuer, sid: row?.sid ?? '' });
    expect((await fetch(`${together.url}/console/front-channel-logout?${query.toString()}`)).status).toBe(200);
    expect(await status(front)).toBe(401);
    expect(await status(back)).toBe(200);
    const token = await provider.mint({ claims: { aud: 'hangar', sub: 'ann', events: LOGOUT, exp: null } });
    const body = new URLSearchParams({ logout_token: token });
    expect((await fetch(`${together.url}/console/back-channel-logout`, { method: 'POST', body })).status).toBe(200);
    expect(await status(back)).toBe(401);
    const bearer = await provider.machineToken({ groups: ['Domain Admins'] });
    const me = await fetch(`${together.url}/api/v1/me`, { headers: { authorization: `Bearer ${bearer}` } });
    expect(await me.json()).toMatchObject({ role: 'admin' });
  });

  it('is named beside OIDC_ISSUER when they differ by the slash', async () => {
    const written = provider.issuer.replace(/\/$/, '');
    const page = await failure({ OIDC_ISSUER: written });
    expect(page).toContain(
      `OIDC_ISSUER is ${written}, but the metadata of the identity provider says ${provider.issuer}.`,
    );
    expect(page).toContain('a final slash included');
  });

  it('is named with the status of its address when it is not there', async () => {
    expect(await failure({ OIDC_ISSUER: `${provider.url}/elsewhere/` })).toContain(
      `404 from ${provider.url}/elsewhere/.well-known/openid-configuration`,
    );
  });

  it('is told which algorithm to set when it signs with a secret', async () => {
    await provider.idTokenAlgorithm('HS512');
    const page = await failure();
    await provider.idTokenAlgorithm('RS256');
    expect(page).toContain(
      'The identity provider signs id tokens with HS512; set RS256 or ES256 for this client there',
    );
  });

  it('is named as what rejects the client when the secret is wrong', async () => {
    const page = await failure({ OIDC_CLIENT_SECRET: 'wrong' });
    expect(page).toMatch(/rejected the client of OIDC_CLIENT_ID \(.*Check OIDC_CLIENT_ID and OIDC_CLIENT_SECRET/);
  });

  describe('hangar doctor', () => {
    type Findings = {
      readonly findings: readonly { readonly check: string; readonly ok: boolean; readonly detail: string }[];
    };

    async function doctor(
      environment: Record<string, string> = {},
    ): Promise<{ code: number; details: string; bad: string[] }> {
      const { stdout, code } = await hangarCommand(['doctor', '--json'], {
        ...together.environment,
        PUBLIC_URL: together.url,
        ...environment,
      });
      const { findings } = JSON.parse(stdout) as Findings;
      const about = findings.filter(({ check }) => /provider|^role/.test(check));
      const bad = about.filter(({ ok }) => !ok).map(({ check, detail }) => `${check}: ${detail}`);
      return { code: code ?? -1, details: about.map(({ check, detail }) => `${check}: ${detail}`).join('\n'), bad };
    }

    it('passes where people can sign in, and shows the role values of the last one without a role', async () => {
      await provider.account('kim', { groups: ['Domain Users', 'a;b', '\u001b[2J'] });
      await signIn('kim');
      await together.install();
      const { bad, details, code } = await doctor();
      expect(bad).toEqual([]);
      expect(code).toBe(0);
      expect(details).toContain(`${provider.issuer} responds, with the same issuer`);
      expect(details).toContain('provider keys: 1 for signatures');
      expect(details).toContain('provider algorithms: RS256');
      expect(details).toContain('provider client: accepted');
      expect(details).toContain('roles claim: groups');
      expect(details).toMatch(/had in groups: "Domain Users", "a;b", "\\+u001b\[2J"; OIDC_ROLES_MAP must name one/);
    });

    it.each([
      [
        'the issuer differs',
        { OIDC_ISSUER: 'unslashed' },
        /identity provider: OIDC_ISSUER is .*, but the metadata .*\/\. Both/,
      ],
      ['the provider is down', { OIDC_ISSUER: 'http://localhost:1' }, /identity provider: .*cannot be reached/],
      ['the secret is wrong', { OIDC_CLIENT_SECRET: 'wrong' }, /provider client: .*Check OIDC_CLIENT_ID/],
      [
        'no claim gives roles',
        { OIDC_ROLES_CLAIM: '', OIDC_ROLES_MAP: '' },
        /roles claim: OIDC_ROLES_CLAIM is not set/,
      ],
    ] as const)('fails where nobody can sign in because %s', async (_why, change, expected) => {
      const unslashed = provider.issuer.replace(/\/$/, '');
      const environment =
        'OIDC_ISSUER' in change && change.OIDC_ISSUER === 'unslashed' ? { OIDC_ISSUER: unslashed } : change;
      const { bad, code } = await doctor(environment);
      expect(bad).toEqual([expect.stringMatching(expected)]);
      expect(code).toBe(1);
    });
  });

  async function status(browser: Browser): Promise<number> {
    const answer = await browser.open(`${together.url}/api/v1/me`, { headers: { accept: 'application/json' } });
    return answer.status;
  }
});

async function text(answer: Response): Promise<string> {
  return (await answer.text()).replaceAll('&#39;', "'").replaceAll('&quot;', '"');
}
