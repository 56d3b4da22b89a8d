import { describe, expect, it } from '@jest/globals';
import { PlaneError } from '../plane/plane.error.js';
import { backoffSeconds, failureClass } from './refresh-failure.js';
import { TokenTiming } from './token-timing.js';

const timing = new TokenTiming();
const failure = (planeCode: string, retryAfterSeconds = 0, planeStatus = 400): PlaneError =>
  new PlaneError({ kind: 'answer', call: 'POST /auth/o/token/', planeStatus, planeCode, retryAfterSeconds });

describe('the next renewal after a failed one', () => {
  it.each([
    [0, 60],
    [1, 120],
    [3, 480],
    [10, 3600],
    [1000, 3600],
  ])('after %i failures comes in about %i s', (failures, seconds) => {
    expect(backoffSeconds(timing, failures, new Error('away'), 0.5)).toBe(seconds);
  });

  it('comes within a quarter of that, and never within a minute', () => {
    expect([
      backoffSeconds(timing, 0, undefined, 0),
      backoffSeconds(timing, 2, undefined, 0),
      backoffSeconds(timing, 2, undefined, 1),
    ]).toEqual([60, 180, 300]);
  });

  it('comes no sooner than Plane asks', () => {
    expect(backoffSeconds(timing, 0, failure('slow_down', 900))).toBe(900);
  });
});

describe('a failed renewal', () => {
  it.each([
    ['our own trouble', new Error('the database is away'), 'ours'],
    ['a dead grant', failure('invalid_grant'), 'grant_refused'],
    ['unknown credentials', failure('invalid_client', 0, 401), 'client_refused'],
    ['a plain 401', failure('', 0, 401), 'client_refused'],
    ['a broken Plane', failure('', 0, 500), 'transient'],
    ['the rate limit', failure('', 30, 429), 'transient'],
    ['a Plane that cannot be reached', new PlaneError({ kind: 'network', call: 'POST /' }), 'transient'],
  ] as const)('by %s is classed', (_, error, expected) => {
    expect(failureClass(error)).toBe(expected);
  });
});
