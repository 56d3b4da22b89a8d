import { describe, expect, it } from '@jest/globals';
import { type ApiScene } from '../../support/api-scene.js';

/** `GET /`. Part of `api.test.ts`, on its server. */
export function rootCases(scene: ApiScene): void {
  describe('GET /', () => {
    const json = { headers: { accept: 'application/json' } };

    it('redirects a browser to the console, and returns version, roles and paths to programs', async () => {
      const page = await fetch(scene.together.url, { redirect: 'manual' });
      expect([page.status, page.headers.get('location')]).toEqual([302, '/console']);
      const answer = await fetch(scene.together.url, json);
      expect([answer.status, await answer.json()]).toEqual([
        200,
        {
          name: 'hangar',
          version: expect.stringMatching(/^\d+\.\d+\.\d+/),
          roles: ['receiver', 'worker', 'scheduler', 'console'],
          paths: {
            health: '/health/ready',
            webhooks: '/webhooks/plane',
            setup: '/oauth/setup',
            console: '/console',
            api: '/api/docs',
          },
        },
      ]);
    });

    it('without the role console shows what runs here', async () => {
      const replica = await scene.together.startReplica({ HANGAR_ROLES: 'scheduler' });
      const page = await fetch(replica.url);
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      const markup = await page.text();
      expect(markup).toContain('Roles of this process: scheduler.');
      expect(markup).toContain('href="/health/ready"');
      expect(markup).not.toContain('/oauth/setup');
      const answer = (await (await fetch(replica.url, json)).json()) as object;
      expect(answer).toMatchObject({ roles: ['scheduler'], paths: { health: '/health/ready' } });
      await replica.end('SIGKILL');
    });
  });
}
