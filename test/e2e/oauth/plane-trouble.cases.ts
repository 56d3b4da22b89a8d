import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../../support/browser.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';
import { type SharedServer } from '../../support/shared-server.js';

const TOKEN_ENDPOINT = '/auth/o/token/';

let together: HangarWithSimulator;

/** What goes wrong at Plane, which is gone at the end. Part of `oauth.test.ts`, on its server. */
export function planeTroubleCases(shared: SharedServer): void {
  beforeAll(() => {
    ({ together } = shared);
  });

  describe('an installation while Plane', () => {
    afterEach(async () => {
      await together.plane.clearFaults();
    });

    it.each([
      ['breaks the connection off', { match: TOKEN_ENDPOINT, kind: 'drop' }, 502, 'Plane cannot be reached'],
      ['answers 500', { match: TOKEN_ENDPOINT, kind: 'status', status: 500 }, 502, 'Try again later'],
      ['answers 429', { match: TOKEN_ENDPOINT, kind: 'status', status: 429 }, 502, 'Too many requests'],
      ['has no OAuth apps', { match: TOKEN_ENDPOINT, kind: 'status', status: 404 }, 502, 'PLANE_BASE_URL'],
      ['refuses the grant', { match: TOKEN_ENDPOINT, kind: 'refuse-grant' }, 400, 'does not confirm'],
      [
        'hides the installation',
        { match: '/auth/o/app-installation/', kind: 'status', status: 403 },
        502,
        'PLANE_SCOPES',
      ],
      [
        'does not answer in time',
        { match: TOKEN_ENDPOINT, kind: 'slow', ms: 3_600_000 },
        504,
        'did not answer in time',
      ],
    ])('%s shows the error, and succeeds on retry', async (_, fault, status, text) => {
      const browser = new Browser();
      await together.database.query(`DELETE FROM tokens WHERE kind = 'bot'`);
      await together.plane.post('/faults', fault);
      const failed = await browser.install(together.url);
      expect(failed.status).toBe(status);
      const page = await failed.text();
      expect(page).toContain(text);
      expect(page).toContain('Try again');
      expect(page).not.toContain(together.simulator.clientSecret);
      await together.plane.clearFaults();
      expect((await browser.install(together.url)).status).toBe(200);
    });

    it('does not return the user stores no user token', async () => {
      const users = `SELECT id, access_token FROM tokens WHERE kind = 'user' ORDER BY id`;
      const before = await together.database.query(users);
      await together.plane.post('/faults', { match: '/api/v1/users/me/', kind: 'status', status: 500 });
      const page = await new Browser().install(together.url, '/oauth/setup?flow=user', {
        decision: 'authorise',
      });
      expect(page.status).toBe(502);
      expect(await together.database.query(users)).toEqual(before);
    });
  });

  describe('an installation with a Plane address that refuses connections', () => {
    it('reports that Plane cannot be reached', async () => {
      await together.simulator.close();
      const failed = await new Browser().open(`${together.url}/oauth/callback?app_installation_id=${randomUUID()}`);
      expect(failed.status).toBe(502);
      expect(await failed.text()).toMatch(/Plane cannot be reached \(ECONNREFUSED\).*PLANE_BASE_URL/);
    });
  });
}
