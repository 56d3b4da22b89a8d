import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { loadConfig } from '../../config/load-config.js';
import { Drain } from '../../config/drain.js';
import { StoreDeadline } from './store-deadline.service.js';

function held(seconds: number): { hold: StoreDeadline; drain: Drain } {
  const config = loadConfig({ WEBHOOK_HOLD_SECONDS: String(seconds), HANGAR_DRAIN_SECONDS: '1' });
  const drain = new Drain(config);
  return { hold: new StoreDeadline(config, drain), drain };
}

const hold = (seconds: number): StoreDeadline => held(seconds).hold;
const hanging = (): Promise<never> => new Promise(() => undefined);

/** How the promise ends, or `held` where it has not ended yet. */
async function outcomeAfter(ms: number, promise: Promise<unknown>): Promise<unknown> {
  const ended = promise.catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(ms);
  return Promise.race([ended, Promise.resolve('held')]);
}

describe('a webhook', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is stored, with the time that there is for it', async () => {
    const giveUpAt = await hold(5).until(async (until) => until);
    expect(giveUpAt - performance.now()).toBe(5000);
  });

  it('that could not be stored in time is answered 503 with Retry-After', async () => {
    const failing = hold(1).until(async () => {
      throw new Error('the database is away');
    });
    await expect(failing).rejects.toMatchObject({ status: 503, retryAfterSeconds: 60, code: 'cannot_store' });
  });

  it('is not waited for where storing hangs', async () => {
    const stored = hold(1).until(hanging);
    expect(await outcomeAfter(999, stored)).toBe('held');
    expect(await outcomeAfter(1, stored)).toMatchObject({ code: 'cannot_store' });
  });

  it('is held the less, the longer it has waited before, and tried at least once', async () => {
    const left = async (waitedMs: number): Promise<number> =>
      (await hold(5).until(async (until) => until, waitedMs)) - performance.now();
    expect([await left(0), await left(1000), await left(9000), await left(11_000)]).toEqual([
      5000, 4000, 2000, 1,
    ]);
    expect(await outcomeAfter(1, hold(5).until(hanging, 11_000))).toMatchObject({ code: 'cannot_store' });
  });

  it('is let go in time when the process ends, and one that comes then is still tried', async () => {
    const { hold: ending, drain } = held(20);
    const stored = ending.until(hanging);
    drain.begin();
    expect(await outcomeAfter(699, stored)).toBe('held');
    expect(await outcomeAfter(1, stored)).toMatchObject({ code: 'cannot_store', retryAfterSeconds: 60 });
    expect(await ending.until(async () => 'stored')).toBe('stored');
    const late = ending.until(hanging);
    expect(await outcomeAfter(249, late)).toBe('held');
    expect(await outcomeAfter(1, late)).toMatchObject({ status: 503 });
  });

  it('is not held at all with WEBHOOK_HOLD_SECONDS=0', async () => {
    const never = hold(0).until(async () => {
      throw new Error('the database is away');
    });
    await expect(never).rejects.toMatchObject({ code: 'cannot_store' });
  });
});
