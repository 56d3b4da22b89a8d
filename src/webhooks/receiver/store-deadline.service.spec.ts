import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { loadConfig } from '../../config/load-config.js';
import { Drain } from '../../config/drain.js';
import { StoreDeadline } from './store-deadline.service.js';

function deadlineAndDrain(seconds: number): { deadline: StoreDeadline; drain: Drain } {
  const config = loadConfig({ WEBHOOK_HOLD_SECONDS: String(seconds), HANGAR_DRAIN_SECONDS: '1' });
  const drain = new Drain(config);
  return { deadline: new StoreDeadline(config, drain), drain };
}

const deadlineOf = (seconds: number): StoreDeadline => deadlineAndDrain(seconds).deadline;
const hanging = (): Promise<never> => new Promise(() => undefined);
const failing = (): Promise<never> => Promise.reject(new Error('the database is unavailable'));

function store<T>(deadline: StoreDeadline, storing: Promise<T>, waitedMs = 0): Promise<T> {
  return deadline.enforce(deadline.after(waitedMs), storing);
}

/** The result or error of the promise, or `waiting` where it is not settled yet. */
async function outcomeAfter(ms: number, promise: Promise<unknown>): Promise<unknown> {
  const settled = promise.catch((error: unknown) => error);
  await jest.advanceTimersByTimeAsync(ms);
  return Promise.race([settled, Promise.resolve('waiting')]);
}

describe('the store deadline', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('lies WEBHOOK_HOLD_SECONDS ahead', () => {
    expect(deadlineOf(5).after() - performance.now()).toBe(5000);
  });

  it('answers a webhook that could not be stored with 503 and Retry-After', async () => {
    const stored = store(deadlineOf(1), failing());
    await expect(stored).rejects.toMatchObject({ status: 503, retryAfterSeconds: 60, code: 'cannot_store' });
  });

  it('does not wait longer where storing hangs', async () => {
    const stored = store(deadlineOf(1), hanging());
    expect(await outcomeAfter(999, stored)).toBe('waiting');
    expect(await outcomeAfter(1, stored)).toMatchObject({ code: 'cannot_store' });
  });

  it('is nearer for a request that backpressure delayed, and never in the past', async () => {
    const leftMs = [0, 1000, 9000, 11_000].map((waitedMs) => deadlineOf(5).after(waitedMs) - performance.now());
    expect(leftMs).toEqual([5000, 4000, 2000, 1]);
    expect(await outcomeAfter(1, store(deadlineOf(5), hanging(), 11_000))).toMatchObject({
      code: 'cannot_store',
    });
  });

  it('expires when the process ends; a webhook that arrives then is still tried', async () => {
    const { deadline, drain } = deadlineAndDrain(20);
    const stored = store(deadline, hanging());
    drain.begin();
    expect(await outcomeAfter(699, stored)).toBe('waiting');
    expect(await outcomeAfter(1, stored)).toMatchObject({ code: 'cannot_store', retryAfterSeconds: 60 });
    expect(await store(deadline, Promise.resolve('stored'))).toBe('stored');
    const late = store(deadline, hanging());
    expect(await outcomeAfter(249, late)).toBe('waiting');
    expect(await outcomeAfter(1, late)).toMatchObject({ status: 503 });
  });

  it('is immediate with WEBHOOK_HOLD_SECONDS=0', async () => {
    await expect(store(deadlineOf(0), failing())).rejects.toMatchObject({ code: 'cannot_store' });
  });
});
