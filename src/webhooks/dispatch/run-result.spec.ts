import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../common/domain-error.js';
import { PlaneError } from '../../plane/plane.error.js';
import { HANDLED, jobEndOf, skipped, steeredBy } from './run-result.js';
import { DoNotRetry, RetryLater } from '../discovery/retry.errors.js';

const plane = (planeStatus: number, retryAfterSeconds?: number): PlaneError =>
  new PlaneError({
    kind: 'answer',
    call: 'GET /api/v1/',
    planeStatus,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
const spent = new DomainError({
  code: 'plane_budget_spent',
  title: 'spent',
  detail: 'spent',
  status: 503,
  retryAfterSeconds: 12,
});

describe('what a handler throws', () => {
  it.each([
    ['RetryLater', new RetryLater(90), { againInSeconds: 90 }],
    ['RetryLater at once', new RetryLater(0), { againInSeconds: 0 }],
    ['a 429 with its reset', plane(429, 17), { againInSeconds: 17 }],
    ['a 429 without one', plane(429), { againInSeconds: 60 }],
    ['a spent budget', spent, { againInSeconds: 12 }],
    [
      'DoNotRetry',
      new DoNotRetry('no such label'),
      { deadLetter: 'dead-lettered by the handler: no such label' },
    ],
  ])('steers the event: %s', (_, error, end) => {
    const outcome = steeredBy(error);
    expect(outcome && jobEndOf(outcome)).toEqual(end);
  });

  it.each([[plane(500)], [new Error('any')], [undefined], ['text']])(
    'is a failed attempt else: %p',
    (error) => {
      expect(steeredBy(error)).toBeUndefined();
    },
  );

  it.each([-1, Number.NaN, 1e9])('may not ask to be run in %p s', (seconds) => {
    expect(() => new RetryLater(seconds)).toThrow('from 0 to 604800 seconds');
  });
});

describe('a job', () => {
  it('is done when its event was handled or skipped', () => {
    expect([HANDLED, skipped('it is late')].map(jobEndOf)).toEqual(['done', 'done']);
  });
});
