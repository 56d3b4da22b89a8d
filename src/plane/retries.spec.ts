import { describe, expect, it } from '@jest/globals';
import { type PlaneFailure } from './plane.error.js';
import { mayRetry, retryAfterMs } from './retries.js';

const call = 'GET /api/v1/users/me/';
const network: PlaneFailure = { kind: 'network', call };
const answer = (planeStatus: number, retryAfterSeconds?: number): PlaneFailure => ({
  kind: 'answer',
  call,
  planeStatus,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

describe('a failed request', () => {
  it.each([
    ['get', network, true],
    ['delete', { kind: 'timeout', call }, true],
    ['PUT', answer(503), true],
    ['post', network, false],
    ['patch', answer(500), false],
    ['get', answer(404), false],
    ['get', answer(429), false],
    ['get', { kind: 'aborted', call }, false],
  ] as const)('%s %j may be retried: %s', (method, failure, expected) => {
    expect(mayRetry(method, failure)).toBe(expected);
  });

  it('is retried with exponential backoff', () => {
    expect([retryAfterMs(0, network, 0.5), retryAfterMs(1, network, 0.5)]).toEqual([200, 800]);
    expect([retryAfterMs(0, network, 0), retryAfterMs(0, network, 1)]).toEqual([150, 250]);
  });

  it('waits as long as Plane asks, up to a limit', () => {
    expect([retryAfterMs(0, answer(503, 3), 0.5), retryAfterMs(0, answer(503, 60))]).toEqual([3000, undefined]);
  });
});
