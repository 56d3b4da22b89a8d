import { describe, expect, it } from '@jest/globals';
import { PlaneError } from '../plane/plane.error.js';
import { backoffSeconds, isRefused } from './renewal-failure.js';

const failure = (planeCode: string, retryAfterSeconds = 0): PlaneError =>
  new PlaneError({
    kind: 'answer',
    call: 'POST /auth/o/token/',
    planeStatus: 400,
    planeCode,
    retryAfterSeconds,
  });

describe('the next renewal after a failed one', () => {
  it.each([
    [0, 60],
    [1, 120],
    [3, 480],
    [10, 3600],
    [1000, 3600],
  ])('after %i failures comes in about %i s', (failures, seconds) => {
    expect(backoffSeconds(failures, new Error('away'), 0.5)).toBe(seconds);
  });

  it('comes within a quarter of that, and never within a minute', () => {
    expect([
      backoffSeconds(0, undefined, 0),
      backoffSeconds(2, undefined, 0),
      backoffSeconds(2, undefined, 1),
    ]).toEqual([60, 180, 300]);
  });

  it('comes no sooner than Plane asks', () => {
    expect(backoffSeconds(0, failure('slow_down', 900))).toBe(900);
  });
});

describe('a refused token', () => {
  it('is dead by invalid_grant alone: a wrong client secret would else cost every user their consent', () => {
    expect([failure('invalid_grant'), failure('invalid_client'), new Error('away')].map(isRefused)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
