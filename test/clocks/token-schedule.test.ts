import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { FULL_SIZE } from '../support/full-size.js';
import { type Environment, HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const LIFE_SECONDS = FULL_SIZE ? 20 : 6;
const WATCHED_MS = FULL_SIZE ? 120_000 : 7000;
const TEN_MINUTES = 600;

describe(`tokens that live ${LIFE_SECONDS} seconds, with nobody using them`, () => {
  let together: HangarWithSimulator;

  afterEach(() => together.stop());

  /** A server whose clock is off by so much. */
  const clockOff = (seconds: number): Environment => ({
    NODE_OPTIONS: `--import=${pathToFileURL('test/support/clock-offset.mjs').href}`,
    CLOCK_OFFSET_SECONDS: String(seconds),
  });

  async function start(environment: Environment = {}): Promise<void> {
    together = await HangarWithSimulator.start({
      environment,
      simulator: { accessTokenSeconds: LIFE_SECONDS },
    });
    await together.install();
    const linked = await new Browser().install(together.url, '/oauth/setup?flow=user', {
      decision: 'authorise',
    });
    expect(linked.status).toBe(200);
  }

  /** Looks at both tokens all the time; the shortest life that was left at a look, and the renewals. */
  async function watch(): Promise<{ looks: number; leastLeft: number; renewals: number; granted: number }> {
    const lefts: number[] = [];
    const end = Date.now() + WATCHED_MS;
    let versions = 0;
    await until('the time to pass', async () => {
      const rows = await together.database.query<{ version: number; left: number }>(
        'SELECT version, extract(epoch FROM expires_at - now())::float8 AS left FROM tokens',
      );
      expect(rows).toHaveLength(2);
      lefts.push(...rows.map(({ left }) => left));
      versions = rows.reduce((sum, { version }) => sum + version, 0);
      return Date.now() >= end;
    });
    const { grants } = await together.plane.state();
    const granted = Object.entries(grants).reduce(
      (sum, [what, n]) => sum + (what.endsWith(' 200') ? n : 0),
      0,
    );
    return {
      looks: lefts.length,
      leastLeft: Math.min(...lefts),
      renewals: versions - 2,
      granted: granted - 2,
    };
  }

  it('are live at every look, and renewed no more often than they must be', async () => {
    await start();
    const { looks, leastLeft, renewals } = await watch();
    process.stdout.write(`${looks} looks, ${renewals} renewals, at least ${leastLeft.toFixed(1)} s left\n`);
    expect(looks).toBeGreaterThan(100);
    expect(leastLeft).toBeGreaterThan(0);
    expect(renewals).toBeLessThanOrEqual((2 * 2.5 * WATCHED_MS) / 1000 / LIFE_SECONDS);
  });

  it('are so too where the clocks of two replicas are ten minutes off, each its own way, and Plane’s too', async () => {
    await start(clockOff(TEN_MINUTES));
    await together.plane.post('/settings', { clockOffsetSeconds: TEN_MINUTES });
    await together.startReplica(clockOff(-TEN_MINUTES));
    const { leastLeft, renewals, granted } = await watch();
    expect(leastLeft).toBeGreaterThan(0);
    expect([renewals >= 2, granted]).toEqual([true, renewals]);
  });
});
