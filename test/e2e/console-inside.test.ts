import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { freePort } from '../support/free-port.js';
import { HangarProcess } from '../support/hangar-process.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

/** As the chart runs it with `consoleUrl`: a process for console and consents at one address, the others at another. */
describe('a console at an address of its own', () => {
  const browser = new Browser();
  let together: HangarWithSimulator;
  let inside: HangarProcess;

  beforeAll(async () => {
    const port = String(await freePort());
    const url = `http://localhost:${port}`;
    together = await HangarWithSimulator.start({
      environment: { HANGAR_ROLES: 'receiver,worker,scheduler' },
      simulator: { redirectUris: [`${url}/oauth/callback`] },
    });
    const own = { PORT: port, PUBLIC_URL: url, HANGAR_ROLES: 'console' };
    inside = await HangarProcess.start({ ...together.environment, ...own });
    const signIn = /http:\S+\/console\/sign-in\?token=\S+/;
    await browser.open(await until('the banner', () => signIn.exec(inside.log)?.[0]));
  });

  afterAll(async () => {
    await inside.end('SIGKILL');
    await together.stop();
  });

  it('is not served at the address of the webhooks', async () => {
    for (const path of ['/console', '/api/v1/installations'])
      expect((await fetch(together.url + path)).status).toBe(404);
  });

  it('takes no webhooks', async () => {
    expect((await fetch(`${inside.url}/webhooks/plane`, { method: 'POST' })).status).toBe(404);
    const answer = await fetch(inside.url, { headers: { accept: 'application/json' } });
    expect(await answer.json()).toMatchObject({
      roles: ['console'],
      paths: { health: '/health/ready', setup: '/oauth/setup', console: '/console', api: '/api/docs' },
    });
  });

  it('installs the app, and links the Plane account of who is signed in', async () => {
    expect((await browser.install(inside.url)).status).toBe(200);
    const setup = '/oauth/setup?flow=user&return_to=/console/links';
    const linked = await browser.install(inside.url, setup, { decision: 'authorise' });
    expect([linked.status, linked.headers.get('location')]).toEqual([303, `${inside.url}/console/links`]);
    const page = await (await browser.open(`${inside.url}/console/links`)).text();
    expect(page).toContain('<table');
  });
});
