import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../config/load-config.js';
import { Drain } from '../../config/drain.js';
import { HoldService } from './hold.service.js';

function held(seconds: number): { hold: HoldService; drain: Drain } {
  const config = loadConfig({ WEBHOOK_HOLD_SECONDS: String(seconds), HANGAR_DRAIN_SECONDS: '1' });
  const drain = new Drain(config);
  return { hold: new HoldService(config, drain), drain };
}

const hold = (seconds: number): HoldService => held(seconds).hold;

describe('a webhook', () => {
  it('is stored, with the time that there is for it', async () => {
    const began = performance.now();
    const giveUpAt = await hold(5).until(async (until) => until);
    expect(giveUpAt - began).toBeGreaterThanOrEqual(5000);
    expect(giveUpAt - began).toBeLessThan(5500);
  });

  it('that could not be stored in time is answered 503 with Retry-After', async () => {
    const failing = hold(1).until(async () => {
      throw new Error('the database is away');
    });
    await expect(failing).rejects.toMatchObject({ status: 503, retryAfterSeconds: 60, code: 'cannot_store' });
  });

  it('is not waited for where storing hangs', async () => {
    const hanging = hold(1).until(() => new Promise(() => undefined));
    await expect(hanging).rejects.toMatchObject({ code: 'cannot_store' });
  });

  it('is held the less, the longer it has waited before, and tried at least once', async () => {
    const began = performance.now();
    const left = async (waitedMs: number): Promise<number> =>
      Math.round(((await hold(5).until(async (until) => until, waitedMs)) - began) / 1000);
    expect([await left(0), await left(1000), await left(9000), await left(11_000)]).toEqual([5, 4, 2, 0]);
    const late = hold(5).until(() => new Promise(() => undefined), 11_000);
    await expect(late).rejects.toMatchObject({ code: 'cannot_store' });
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('is let go in time when the process ends, and one that comes then is still tried', async () => {
    const { hold: ending, drain } = held(20);
    const began = performance.now();
    const hanging = ending.until(() => new Promise(() => undefined));
    drain.begin();
    await expect(hanging).rejects.toMatchObject({ code: 'cannot_store', retryAfterSeconds: 60 });
    expect(performance.now() - began).toBeLessThan(1000);
    expect(await ending.until(async () => 'stored')).toBe('stored');
    await expect(ending.until(() => new Promise(() => undefined))).rejects.toMatchObject({ status: 503 });
    expect(performance.now() - began).toBeLessThan(1200);
  });

  it('is not held at all with WEBHOOK_HOLD_SECONDS=0', async () => {
    const never = hold(0).until(async () => {
      throw new Error('the database is away');
    });
    await expect(never).rejects.toMatchObject({ code: 'cannot_store' });
  });
});
