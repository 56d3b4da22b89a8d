import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { mappedRoutes } from '../../support/api-client.js';
import { Browser } from '../../support/browser.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';
import { type IdentityProvider } from '../../support/identity-provider.js';
import { type SharedServerWithProvider } from '../../support/shared-server.js';

let provider: IdentityProvider;
let together: HangarWithSimulator;

/** What links on other sites can cause. Part of `operators.test.ts`, on its server. */
export function otherSitesCases(shared: SharedServerWithProvider): void {
  beforeAll(async () => {
    ({ provider, together } = shared);
    await provider.account('linked', { name: 'Linked', groups: ['hangar-admins'] });
  });

  const entries = async (): Promise<unknown[]> => together.database.query('SELECT seq FROM audit_log');

  describe('a link on another site', () => {
    it('does not repeat the sign-in of a person who is signed in', async () => {
      const browser = new Browser();
      await provider.signIn(browser, together.url, 'linked');
      const before = await entries();
      const url = `${together.url}/console/sign-in?return_to=/console/x`;
      for (const site of ['cross-site', 'same-site']) {
        const answer = await browser.open(url, { headers: { 'sec-fetch-site': site } });
        expect([answer.status, answer.headers.get('location')]).toEqual([302, '/console/x']);
      }
      expect(await entries()).toEqual(before);
      for (const headers of [{ 'sec-fetch-site': 'none' }, { 'sec-fetch-site': 'same-origin' }]) {
        const answer = await browser.open(url, { headers });
        expect(new URL(answer.headers.get('location') ?? '', together.url).origin).toBe(provider.url);
      }
      const guest = await new Browser().open(url, { headers: { 'sec-fetch-site': 'cross-site' } });
      expect(new URL(guest.headers.get('location') ?? '', together.url).origin).toBe(provider.url);
    });

    it('to any page or resource writes no audit entry', async () => {
      const browser = new Browser();
      await provider.signIn(browser, together.url, 'linked');
      const before = await entries();
      const id = randomUUID();
      const paths = mappedRoutes(together.hangar.log, /^\/(?:console|api)(?:\/|$)/)
        .filter((route) => route.startsWith('GET ') && !route.endsWith('/live'))
        .map((route) => route.slice('GET '.length).replaceAll(/\{\w+\}/g, id));
      expect(paths.length).toBeGreaterThan(20);
      for (const path of paths)
        await (await browser.open(`${together.url}${path}`, { headers: { 'sec-fetch-site': 'cross-site' } })).text();
      expect(await entries()).toEqual(before);
    });
  });
}
