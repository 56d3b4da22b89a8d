import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { developmentSignIn, meOf } from '../support/console-session.js';
import { freePort } from '../support/free-port.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

const LINK = /\s(?:href|src|action|formaction|data-live)="(\/[^"]*)"/g;

describe('PUBLIC_URL with a path', () => {
  let together: HangarWithSimulator;
  let origin: string;
  let publicUrl: string;

  beforeAll(async () => {
    const port = String(await freePort());
    origin = `http://localhost:${port}`;
    publicUrl = `${origin}/hangar`;
    together = await HangarWithSimulator.start({
      environment: { PORT: port, PUBLIC_URL: `HTTP://LOCALHOST:${port}/hangar/` },
      simulator: {
        setupUrl: `${publicUrl}/oauth/setup`,
        redirectUris: [`${publicUrl}/oauth/callback`],
        webhookUrl: `${publicUrl}/webhooks/plane/`,
      },
    });
  });

  afterAll(async () => {
    await together.stop();
  });

  it('installs the app, receives webhooks and answers them below the path', async () => {
    const browser = new Browser();
    const begun = await browser.open(`${publicUrl}/oauth/setup?return_to=/console`);
    expect(begun.headers.getSetCookie()[0]).toContain('Path=/hangar/oauth;');
    const installed = await browser.install(publicUrl);
    expect([installed.status, await installed.text()]).toEqual([
      200,
      expect.stringContaining('href="/hangar/console"'),
    ]);
    await new SimulatorControl(together.simulator.url).post('/comments', { text: '/ping' });
    await until('the answer', async () => (await together.pongs()) === 1);
  });

  it('returns to a page below the path after an install', async () => {
    const installed = await new Browser().install(publicUrl, '/oauth/setup?return_to=/console/tokens');
    expect(installed.headers.get('location')).toBe(`${publicUrl}/console/tokens`);
  });

  it.each([
    ['keeps', '/hangar'],
    ['removes', ''],
  ])('serves console and API behind a proxy that %s the path', async (_, path) => {
    const address = developmentSignIn(together.hangar.log);
    expect(address).toContain(`${publicUrl}/console/sign-in`);
    const reached = origin + path;
    const browser = new Browser();
    const refused = await browser.open(`${reached}/console`);
    expect(refused.headers.get('location')).toMatch(/^\/hangar\/console\/sign-in/);
    const signedIn = await browser.open(address.replace(publicUrl, reached));
    expect(signedIn.headers.get('location')).toBe('/hangar/console');
    expect(signedIn.headers.getSetCookie().find((cookie) => cookie.startsWith('hangar-session='))).toMatch(
      /; Path=\/hangar;/,
    );
    const page = await (await browser.open(`${reached}/console/installations`)).text();
    const links = [...page.matchAll(LINK)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !link?.startsWith('/hangar/'))).toEqual([]);
    for (const link of new Set(links.filter((each) => /\.(?:css|js)/.test(each ?? ''))))
      expect((await browser.open(origin + link)).status).toBe(200);
    expect((await meOf(browser, reached)).csrfToken).toEqual(expect.any(String));
    const document = await (await browser.open(`${reached}/api/openapi.json`)).json();
    expect(document).toMatchObject({ servers: [{ url: '/hangar' }] });
  });

  it('accepts a form of its own pages, and shows its result', async () => {
    const browser = new Browser();
    await browser.open(developmentSignIn(together.hangar.log));
    const { csrfToken } = await meOf(browser, publicUrl);
    const body = new URLSearchParams({ _csrf: csrfToken });
    const out = await browser.open(`${publicUrl}/console/sign-out`, { method: 'POST', body, headers: { origin } });
    expect(out.headers.get('location')).toMatch(/^\/hangar\//);
  });
});
