import { beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../../support/browser.js';
import { type HangarWithSimulator, pingWebhook } from '../../support/hangar-with-simulator.js';
import { type SharedServer } from '../../support/shared-server.js';
import { until } from '../../support/until.js';

interface Row {
  readonly installation_id: string;
  readonly status: string;
  readonly workspace_slug: string;
  readonly workspace_name: string;
}

/** An app that is installed once more. Part of `installations.test.ts`, on its server. */
export function reinstallCases(shared: SharedServer): void {
  describe('an admin who installs the app again', () => {
    let together: HangarWithSimulator;

    beforeAll(() => {
      ({ together } = shared);
    });

    const rows = async (): Promise<Row[]> => together.database.query('SELECT * FROM installations ORDER BY created_at');
    const botTokens = async (): Promise<object[]> =>
      together.database.query(`SELECT access_token FROM tokens WHERE kind = 'bot'`);

    it('at once has the same token: it is fresh', async () => {
      const before = await botTokens();
      await together.database.query('UPDATE tokens SET obtained_at = now()'); // it may have taken a minute to come here
      await together.install();
      expect(await botTokens()).toEqual(before);
    });

    it('later has one installation, with a new token', async () => {
      const before = await botTokens();
      await together.database.query(`UPDATE tokens SET obtained_at = now() - interval '2 minutes'`);
      await together.install();
      expect(await rows()).toMatchObject([{ status: 'installed', workspace_slug: 'sandbox' }]);
      const after = await botTokens();
      expect(after).toHaveLength(1);
      expect(after).not.toEqual(before);
    });

    it('in several tabs at once has one installation', async () => {
      await Promise.all([together.install(), together.install(), together.install()]);
      expect(await rows()).toHaveLength(1);
      expect(await botTokens()).toHaveLength(1);
    });

    it('after the workspace was renamed sees its new name, and the app works there', async () => {
      await together.plane.post('/workspaces/sandbox', { name: 'Beach', slug: 'beach' });
      const page = await new Browser().install(together.url);
      expect(await page.text()).toContain('<strong>Beach</strong> (beach)');
      expect(await rows()).toMatchObject([{ workspace_slug: 'beach', workspace_name: 'Beach' }]);
      await expectPong();
    });

    it('in another workspace has a second installation', async () => {
      await together.install('harbour');
      expect(await rows()).toMatchObject([{ workspace_slug: 'beach' }, { workspace_slug: 'harbour' }]);
      expect(await botTokens()).toHaveLength(2);
    });

    it('after an uninstall in Plane has one live installation in that workspace', async () => {
      const [before] = await rows();
      await together.plane.post(`/installations/${before?.installation_id}/uninstall`);
      await together.install('beach');
      await expectPong();
      const live = (await rows()).filter(
        ({ status, workspace_slug }) => status === 'installed' && workspace_slug === 'beach',
      );
      expect(live).toHaveLength(1);
    });

    async function expectPong(): Promise<void> {
      const before = await together.pongs();
      expect((await together.deliver(pingWebhook('v2'))).status).toBe(202);
      await until('the answer', async () => (await together.pongs()) > before);
    }
  });
}
