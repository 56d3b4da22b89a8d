import { describe, expect, it } from '@jest/globals';
import { PlaneError } from '../plane/plane.error.js';
import { backoffSeconds, dueAfterSeconds, isDue, isLive, mayRetry, TokenTiming } from './token-timing.js';

const DAY = 86_400;

describe('a token', () => {
  it.each([
    ['the margin before its expiry', DAY, 'refreshed', 0, 82_800],
    ['earlier by chance, so that many do not fall due together', DAY, 'refreshed', 1, 62_100],
    ['much earlier where it is new, so that tokens made together are spread', DAY, 'new', 1, 20_700],
    ['after two thirds of a short life, whatever the margin', 30, 'refreshed', 0, 20],
    ['after half of a short life at the earliest', 30, 'refreshed', 1, 15],
  ] as const)('falls due %s', (_, life, origin, random, seconds) => {
    expect(dueAfterSeconds(life, 3600, origin, random)).toBe(seconds);
  });

  const times = { readAt: 1000, dueInMs: 20, expiresInMs: 30, retryInMs: 10 };

  it('is due from then on', () => {
    expect([1019, 1020].map((now) => isDue(times, now))).toEqual([false, true]);
  });

  it('lives until its expiry', () => {
    expect([1029, 1030].map((now) => isLive(times, now))).toEqual([true, false]);
  });

  it('may be retried after its backoff', () => {
    expect([1009, 1010].map((now) => mayRetry(times, now))).toEqual([false, true]);
  });
});

describe('the backoff after a failed refresh', () => {
  const timing = new TokenTiming();

  it.each([
    [0, 60],
    [1, 120],
    [3, 480],
    [10, 3600],
    [1000, 3600],
  ])('after %i earlier failures is about %i s', (failures, seconds) => {
    expect(backoffSeconds(timing, failures, new Error('connection terminated'), 0.5)).toBe(seconds);
  });

  it('varies by a quarter, and is a minute at least', () => {
    expect([
      backoffSeconds(timing, 0, undefined, 0),
      backoffSeconds(timing, 2, undefined, 0),
      backoffSeconds(timing, 2, undefined, 1),
    ]).toEqual([60, 180, 300]);
  });

  it('is no shorter than Plane asks for', () => {
    const error = new PlaneError({
      kind: 'answer',
      call: 'POST /auth/o/token/',
      planeStatus: 429,
      retryAfterSeconds: 900,
    });
    expect(backoffSeconds(timing, 0, error)).toBe(900);
  });
});
