import { describe, expect, it } from '@jest/globals';
import { dueAfterSeconds, isDue, isLive, mayRetry } from './token-times.js';

const DAY = 86_400;

describe('a token', () => {
  it.each([
    ['the margin before its expiry', DAY, 'renewed', 0, 82_800],
    ['earlier by chance, so that a crowd disperses', DAY, 'renewed', 1, 62_100],
    ['much earlier where it is new, so that tokens made together do not meet', DAY, 'new', 1, 20_700],
    ['after two thirds of a short life, whatever the margin', 30, 'renewed', 0, 20],
    ['after half of a short life at the earliest', 30, 'renewed', 1, 15],
  ] as const)('falls due %s', (_, life, origin, random, seconds) => {
    expect(dueAfterSeconds(life, 3600, origin, random)).toBe(seconds);
  });

  const standing = { readAt: 1000, dueInMs: 20, expiresInMs: 30, retryInMs: 10 };

  it('is due from then on', () => {
    expect([1019, 1020].map((now) => isDue(standing, now))).toEqual([false, true]);
  });

  it('lives until its expiry', () => {
    expect([1029, 1030].map((now) => isLive(standing, now))).toEqual([true, false]);
  });

  it('may be tried again after its pause', () => {
    expect([1009, 1010].map((now) => mayRetry(standing, now))).toEqual([false, true]);
  });
});
