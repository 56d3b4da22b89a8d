import { describe, expect, it, jest } from '@jest/globals';
import { withTimeout } from './with-timeout.js';

const late = (): Error => new Error('too late');

describe('within', () => {
  it('gives the outcome that comes in time', async () => {
    expect(await withTimeout(1000, Promise.resolve('done'), late)).toBe('done');
    await expect(withTimeout(1000, Promise.reject(new Error('failed')), late)).rejects.toThrow('failed');
  });

  it('does not wait for one that does not', async () => {
    jest.useFakeTimers();
    const ended = withTimeout(5, new Promise(() => undefined), late).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(4);
    expect(await Promise.race([ended, Promise.resolve('waits')])).toBe('waits');
    await jest.advanceTimersByTimeAsync(1);
    expect(await ended).toEqual(late());
    jest.useRealTimers();
  });
});
