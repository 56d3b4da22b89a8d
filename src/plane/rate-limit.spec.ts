import { describe, expect, it } from '@jest/globals';
import { rateLimitOf, retryAfterSeconds } from './rate-limit.js';

const date = 'Tue, 24 Nov 2026 12:00:00 GMT';
const at = (seconds: number): string => String(Date.parse(date) / 1000 + seconds);

describe('the rate limit of an answer', () => {
  it('counts by Plane’s clock, not by this host’s', () => {
    expect(rateLimitOf({ date, 'x-ratelimit-remaining': '17', 'x-ratelimit-reset': at(42) })).toEqual({
      remaining: 17,
      resetInSeconds: 42,
    });
  });

  it.each([
    ['nothing', {}],
    ['nonsense', { 'x-ratelimit-remaining': 'many', 'x-ratelimit-reset': 'soon' }],
    ['a negative number', { 'x-ratelimit-remaining': '-1' }],
  ])('is %s where it is %j', (_, headers) => {
    expect(rateLimitOf(headers)).toEqual({});
  });

  it.each([
    ['Unix seconds', at(42), 42],
    ['milliseconds', `${at(42)}000`, 42],
    ['a duration', '42', 42],
    ['more than an hour as an hour', at(7200), 3600],
  ])('resets after %s', (_, reset, seconds) => {
    expect(rateLimitOf({ date, 'x-ratelimit-reset': reset })).toEqual({ resetInSeconds: seconds });
  });

  it('reads a reset in the past as now', () => {
    expect(rateLimitOf({ date, 'x-ratelimit-reset': at(-5) })).toEqual({ resetInSeconds: 0 });
  });
});

describe('the seconds before a retry', () => {
  it.each([
    ['seconds', { 'retry-after': '30' }, 30],
    ['a date', { date, 'retry-after': 'Tue, 24 Nov 2026 12:01:30 GMT' }, 90],
    ['a time in Unix seconds', { date, 'retry-after': at(45) }, 45],
    ['a time in milliseconds', { date, 'retry-after': `${at(45)}000` }, 45],
    ['a time in the past as now', { date, 'retry-after': at(-45) }, 0],
    ['a day as an hour', { date, 'retry-after': '86400' }, 3600],
    ['a date far away as an hour', { date, 'retry-after': 'Tue, 24 Nov 2082 12:01:30 GMT' }, 3600],
    ['a number of any size as an hour', { date, 'retry-after': '9999999999999999' }, 3600],
    ['the reset of a spent limit', { date, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': at(12) }, 12],
    [
      'nothing where there is something left',
      { date, 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': at(12) },
      undefined,
    ],
    ['nothing', {}, undefined],
  ])('come from %s', (_, headers, seconds) => {
    expect(retryAfterSeconds(headers)).toBe(seconds);
  });
});
