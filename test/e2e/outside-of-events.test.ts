import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SAMPLE } from '../../simulator/world/seed.js';
import { Browser } from '../support/browser.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';

describe('an app that calls Plane outside of an event', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({ program: resolve('test/support/outside-server.mjs') });
    await together.install();
  });

  afterAll(() => together.stop());

  async function get(path: string): Promise<{ status: number; body: unknown }> {
    const response = await fetch(`${together.url}/outside${path}`);
    return { status: response.status, body: await response.json() };
  }

  const budgets = async (): Promise<string[]> => {
    const rows = await together.database.query<{ key: string }>('SELECT key FROM plane_budgets');
    return rows.map(({ key }) => key);
  };

  it('acts as the bot of an installation, within its budget', async () => {
    expect(await get('')).toEqual({ status: 200, body: ['sandbox'] });
    expect(await get('/bots/sandbox')).toMatchObject({ status: 200, body: { projects: 2 } });
    expect(await get('/bots/none')).toMatchObject({ status: 404, body: { type: 'urn:hangar:installation_unknown' } });
    expect(await budgets()).toEqual([expect.stringMatching(/^bot:/)]);
  });

  it('gets another token where Plane rejects the one that it has', async () => {
    await together.plane.post('/tokens/revoke', { workspace: 'sandbox' });
    expect(await get('/bots/sandbox')).toMatchObject({ status: 200 });
  });

  it('acts as a user who has consented, and as no other', async () => {
    expect(await get(`/users/${SAMPLE.adminId}`)).toMatchObject({
      status: 403,
      body: { type: 'urn:hangar:consent_needed' },
    });
    await new Browser().install(together.url, '/oauth/setup?flow=user', { decision: 'authorise' });
    expect(await get(`/users/${SAMPLE.adminId}`)).toMatchObject({ status: 200 });
    expect(await budgets()).toContain(`user:${SAMPLE.adminId}`);
  });
});
