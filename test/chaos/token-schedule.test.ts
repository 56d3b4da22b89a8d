import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const LIFE_SECONDS = 6;
const RENEWALS = 3;

describe(`tokens that live ${LIFE_SECONDS} seconds, with nobody using them`, () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({ simulator: { accessTokenSeconds: LIFE_SECONDS } });
    await together.install();
    const linked = await new Browser().install(together.url, '/oauth/setup?flow=user', {
      decision: 'authorise',
    });
    expect(linked.status).toBe(200);
  });

  afterAll(() => together.stop());

  it('are live at every look', async () => {
    const looks: number[] = [];
    await until(
      `${RENEWALS} renewals of each`,
      async () => {
        const rows = await together.database.query<{ version: number; left: number }>(
          'SELECT version, extract(epoch FROM expires_at - now())::float8 AS left FROM tokens',
        );
        looks.push(...rows.map(({ left }) => left));
        return rows.length === 2 && rows.every(({ version }) => version > RENEWALS);
      },
      40_000,
    );
    expect(looks.length).toBeGreaterThan(100);
    expect(Math.min(...looks)).toBeGreaterThan(0);
  }, 50_000);
});
