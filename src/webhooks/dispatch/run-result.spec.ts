import { describe, expect, it } from '@jest/globals';
import { DomainError } from '../../common/domain-error.js';
import { PlaneError } from '../../plane/plane.error.js';
import { DoNotRetry, RetryLater } from '../discovery/retry.errors.js';
import { resultOfError } from './run-result.js';

const plane = (planeStatus: number, retryAfterSeconds?: number): PlaneError =>
  new PlaneError({
    kind: 'answer',
    call: 'GET /api/v1/',
    planeStatus,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
const budgetSpent = new DomainError({
  code: 'plane_budget_spent',
  title: 'spent',
  detail: 'spent',
  status: 503,
  retryAfterSeconds: 12,
});

describe('the result of a run that threw', () => {
  it.each([
    ['RetryLater', new RetryLater(90), 90],
    ['RetryLater without a delay', new RetryLater(0), 0],
    ['a 429 with Retry-After', plane(429, 17), 17],
    ['a 429 without Retry-After', plane(429), 60],
    ['an exhausted budget of calls', budgetSpent, 12],
  ])('is a delay after %s, also in the last attempt', (_, error, delaySeconds) => {
    expect(resultOfError(error, true)).toMatchObject({ outcome: 'delayed', delaySeconds });
  });

  it('is a dead letter after DoNotRetry, also in the first attempt', () => {
    const reason = 'dead-lettered by the handler: no such label';
    expect(resultOfError(new DoNotRetry('no such label'), false)).toEqual({
      outcome: 'dead_lettered',
      reason,
    });
  });

  it.each([[plane(500)], [new Error('any')], [undefined], ['text']])(
    'is a failed attempt after any other error, and a dead letter after the last one: %p',
    (error) => {
      expect(resultOfError(error, false)).toMatchObject({ outcome: 'failed', error });
      expect(resultOfError(error, true)).toMatchObject({ outcome: 'dead_lettered', error });
    },
  );
});

describe('RetryLater', () => {
  it.each([-1, Number.NaN, 1e9])('rejects a delay of %p s', (seconds) => {
    expect(() => new RetryLater(seconds)).toThrow('from 0 to 604800 seconds');
  });
});

it('an error whose message cannot be read has a result like any other', () => {
  const unreadable = (error: Error): Error =>
    Object.defineProperty(error, 'message', {
      get: () => {
        throw new Error('not readable');
      },
    });
  expect(resultOfError(unreadable(new Error('a')), false)).toMatchObject({ outcome: 'failed' });
  expect(resultOfError(unreadable(new DoNotRetry('a')), false)).toMatchObject({ outcome: 'dead_lettered' });
  expect(resultOfError(unreadable(new RetryLater(1)), false)).toMatchObject({ outcome: 'delayed' });
});
