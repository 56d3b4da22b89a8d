import { beforeAll, describe, expect, it } from '@jest/globals';
import { type HangarWithSimulator, pingWebhook } from '../../support/hangar-with-simulator.js';
import { type SharedServer } from '../../support/shared-server.js';
import { until } from '../../support/until.js';

/** An app that is uninstalled. Part of `installations.test.ts`, on its server. */
export function uninstallCases(shared: SharedServer): void {
  describe('an app that is uninstalled while events are queued', () => {
    let together: HangarWithSimulator;

    beforeAll(() => {
      ({ together } = shared);
    });

    const logged = (text: string): Promise<unknown> => until(text, () => together.hangar.log.includes(text));
    const status = async (): Promise<string | undefined> =>
      (await together.database.query<{ status: string }>('SELECT status FROM installations'))[0]?.status;
    const parked = (): Promise<object[]> => together.database.query('SELECT queue, awaits FROM parked_jobs');

    it('parks them, stores late deliveries, and continues in order after a reinstall', async () => {
      const { plane, database } = together;
      const [before] = await database.query<{ id: string }>('SELECT id FROM installations');
      await plane.post('/faults', { match: '/api/v1/', kind: 'status', status: 500 });
      await together.deliver(pingWebhook('v2'));
      await logged('failed: will be tried again');

      const { installations } = await together.world();
      await plane.post(`/installations/${installations[0]?.id}/uninstall`);
      await plane.clearFaults();
      await database.query('UPDATE installations SET check_at = now()');
      await until('the uninstall to be noticed', async () => (await status()) === 'uninstalled');
      expect((await together.deliver(pingWebhook('v2'))).status).toBe(202);
      await logged('it arrived after the app was uninstalled');
      await until('the waiting job to be parked', async () => (await parked()).length === 1);
      expect(await parked()).toEqual([{ queue: 'PingHandler.pong', awaits: expect.stringMatching(/^install:/) }]);
      expect(await database.query('SELECT FROM deliveries')).toHaveLength(2);
      expect(await together.pongs()).toBe(0);

      await together.install();
      await until('the answer', async () => (await together.pongs()) === 1);
      expect(await parked()).toEqual([]);
      expect(await database.query('SELECT id, status FROM installations')).toEqual([
        { id: before?.id, status: 'installed' },
      ]);
      await until('the job to be done', () => together.hangar.log.split('"handled"').length > 1);
      expect(await together.pongs()).toBe(1);
    });
  });
}
