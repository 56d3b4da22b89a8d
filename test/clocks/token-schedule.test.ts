import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { FULL_SIZE } from '../support/full-size.js';
import { type Environment, HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

/** Less than the clocks are off. */
const LIFE_SECONDS = 540;
const OFF_SECONDS = 600;
const ROUNDS = FULL_SIZE ? 20 : 3;
const TOKENS = 2;

describe(`unused tokens with a lifetime of ${LIFE_SECONDS} seconds`, () => {
  let together: HangarWithSimulator;

  afterEach(() => together.stop());

  /** A server whose clock is off by so much. */
  const clockOff = (seconds: number): Environment => ({
    NODE_OPTIONS: `--import=${pathToFileURL('test/support/clock-offset.mjs').href}`,
    CLOCK_OFFSET_SECONDS: String(seconds),
  });

  async function start(environment: Environment): Promise<void> {
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

  /** Moves the time to when each token falls due, by what is stored of it. */
  const fallDue = (): Promise<unknown> =>
    together.database.query(
      `UPDATE tokens SET obtained_at = obtained_at - (due_at - now()), expires_at = expires_at - (due_at - now()),
                         due_at = now()`,
    );

  /** Waits until all are refreshed, and checks that they are live at every poll. */
  async function renewed(version: number): Promise<void> {
    await until(`version ${version} of the tokens`, async () => {
      const rows = await together.database.query<{ version: number; live: boolean }>(
        'SELECT version, expires_at > now() AS live FROM tokens',
      );
      expect(rows.map(({ live }) => live)).toEqual(Array(TOKENS).fill(true));
      return rows.every((row) => row.version >= version);
    });
  }

  it('stay live and are refreshed once per period, with clock skew of ten minutes on two replicas and Plane', async () => {
    await start(clockOff(OFF_SECONDS));
    await together.plane.post('/settings', { clockOffsetSeconds: OFF_SECONDS });
    await together.startReplica(clockOff(-OFF_SECONDS));
    for (let round = 1; round <= ROUNDS; round += 1) {
      await fallDue();
      await renewed(1 + round);
    }
    const rows = await together.database.query('SELECT version, state FROM tokens');
    expect(rows).toEqual(Array.from({ length: TOKENS }, () => ({ version: 1 + ROUNDS, state: 'live' })));
    const { grants } = await together.plane.counts();
    const granted = Object.entries(grants).filter(([what]) => what.endsWith(' 200'));
    expect(granted.reduce((sum, [, count]) => sum + count, 0)).toBe(TOKENS * (1 + ROUNDS));
  });
});
