import { describe, expect, it } from '@jest/globals';
import { endsJob, fateOf, lastPositionOf, retryDelaySeconds } from './job-policy.js';

describe('what becomes of a job', () => {
  it.each([
    ['handled', false, 'done', true],
    ['skipped', false, 'done', true],
    ['parked', true, 'done', true],
    ['delayed', true, 'delayed', false],
    ['failed', false, 'retried', false],
    ['failed', true, 'dead_lettered', true],
    ['dead_lettered', false, 'dead_lettered', true],
  ] as const)('whose run is %s, in its last attempt: %s', (outcome, lastAttempt, fate, ends) => {
    expect(fateOf({ lastAttempt }, { outcome })).toBe(fate);
    expect(endsJob({ lastAttempt }, { outcome })).toBe(ends);
  });

  it('ends the jobs that it was merged with', () => {
    const position = { key: 'item', position: 2 };
    expect(lastPositionOf({ position }, { outcome: 'handled' })).toBe(2);
    expect(lastPositionOf({ position }, { outcome: 'handled', coalescedUpTo: 5 })).toBe(5);
    expect(lastPositionOf({ position: undefined }, { outcome: 'handled' })).toBeUndefined();
  });

  it('delays retries as pg-boss does', () => {
    const settings = { retryDelaySeconds: 5, backoff: true };
    expect([0, 1, 2].map((before) => retryDelaySeconds(settings, before, 0))).toEqual([5, 10, 20]);
    expect([0, 1, 2].map((before) => retryDelaySeconds(settings, before, 1))).toEqual([10, 20, 40]);
    expect(retryDelaySeconds(settings, 20, 0)).toBe(3600);
    expect(retryDelaySeconds({ ...settings, backoff: false }, 7)).toBe(5);
  });
});
