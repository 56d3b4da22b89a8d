import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { hangarCommand } from '../support/cli.js';
import { meOf, signOut } from '../support/console-session.js';
import { describeWith } from '../support/describe-with.js';
import { freePort } from '../support/free-port.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { hasLemonldap, Lemonldap } from '../support/lemonldap.js';
import { until } from '../support/until.js';

/** One group with a blank; several, one of which has commas; one with a semicolon. The portal sends one as a text. */
const GROUPS = `$uid eq 'dwho' ? 'Domain Admins' : $uid eq 'rtyler' ? 'visitors; staff; CN=Night Shift,OU=IT' : 'ops;night'`;
const MAP = {
  'Domain Admins': 'operator',
  Admins: 'admin',
  staff: 'viewer',
  'CN=Night Shift,OU=IT': 'operator',
  'ops;night': 'viewer',
  ops: 'admin',
};

describeWith('lemonldap', hasLemonldap(), 'LemonLDAP::NG', () => {
  let portal: Lemonldap;
  let together: HangarWithSimulator;

  beforeAll(async () => {
    const port = String(await freePort());
    const url = `http://localhost:${port}`;
    portal = await Lemonldap.start(url, GROUPS);
    together = await HangarWithSimulator.start({
      environment: { ...portal.environment, OIDC_ROLES_MAP: JSON.stringify(MAP), PORT: port, PUBLIC_URL: url },
    });
  });

  afterAll(async () => {
    await together.stop();
    await portal.remove();
  });

  const url = (): string => together.environment['PUBLIC_URL'] ?? '';

  async function signIn(login = 'dwho'): Promise<Browser> {
    const browser = new Browser();
    const back = await portal.signIn(browser, url(), login);
    // The page says why where there is one.
    expect({ location: back.headers.get('location'), page: await back.text() }).toMatchObject({ location: '/console' });
    return browser;
  }

  async function status(browser: Browser): Promise<number> {
    return (await browser.open(`${url()}/api/v1/me`, { headers: { accept: 'application/json' } })).status;
  }

  it.each([
    ['one group, with a blank in its name', 'dwho', 'operator', 'Doctor Who'],
    ['several groups, one with commas in its name', 'rtyler', 'operator', 'Rose Tyler'],
    ['one group, with a semicolon in its name', 'msmith', 'viewer', 'Mickey Smith'],
  ])('signs in a person in %s, by an issuer with a path and a final slash', async (_what, login, role, name) => {
    expect(await meOf(await signIn(login), url())).toMatchObject({ subject: login, role, name });
  });

  it('passes the doctor', async () => {
    const { stdout } = await hangarCommand(['doctor'], together.environment);
    expect(stdout).toContain(`ok   identity provider: ${portal.issuer} responds`);
    expect(stdout).toContain('ok   provider algorithms: RS256');
    expect(stdout).toContain('ok   provider client: ');
  });

  it('ends its session too when a person signs out of Hangar', async () => {
    const browser = await signIn();
    const { csrfToken } = await meOf(browser, url());
    const left = await signOut(browser, url(), csrfToken);
    expect(left.headers.get('location')).toMatch(new RegExp(`^${portal.issuer}oauth2/logout\\?`));
    await browser.open(left.headers.get('location') ?? '');
    expect(await status(browser)).toBe(401);
    const again = await browser.open(`${url()}/console/sign-in`);
    const asked = await browser.open(again.headers.get('location') ?? '');
    expect(await asked.text()).toContain('name="password"');
  });

  it('ends the session in Hangar when a person signs out there, by the frame of its page', async () => {
    const [browser, other] = [await signIn(), await signIn('rtyler')];
    const frames = await portal.signOut(browser);
    expect(frames).toEqual([expect.stringMatching(/^http\S+\/console\/front-channel-logout\?iss=\S+&sid=dwho$/)]);
    const framed = await browser.open(frames[0] ?? '', { headers: { 'sec-fetch-site': 'same-site' } });
    expect(framed.status).toBe(200);
    expect(await status(browser)).toBe(401);
    expect(await status(other)).toBe(200);
  });

  it('may be down: sessions stay valid, a sign-in says why it fails, and works again later', async () => {
    const browser = await signIn();
    await portal.stop();
    const page = await until('the sign-in to notice', async () => {
      const answer = await new Browser().open(`${url()}/console/sign-in`);
      return answer.status === 302 ? undefined : answer;
    });
    expect(page.status).toBe(503);
    expect(await page.text()).toContain('cannot be reached');
    expect(await status(browser)).toBe(200);
    await portal.launch();
    await until('the sign-in to work again', async () => {
      return (await new Browser().open(`${url()}/console/sign-in`)).status === 302;
    });
    expect(await meOf(await signIn(), url())).toMatchObject({ role: 'operator' });
  });
});
