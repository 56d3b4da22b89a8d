import { describe, expect, it } from '@jest/globals';
import { type PlaneFailure } from './plane.error.js';
import { mayRepeat, repeatAfterMs } from './repeats.js';

const call = 'GET /api/v1/users/me/';
const network: PlaneFailure = { kind: 'network', call };
const answer = (planeStatus: number, retryAfterSeconds?: number): PlaneFailure => ({
  kind: 'answer',
  call,
  planeStatus,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

describe('a request that failed', () => {
  it.each([
    ['get', network, true],
    ['delete', { kind: 'timeout', call }, true],
    ['PUT', answer(503), true],
    ['post', network, false],
    ['patch', answer(500), false],
    ['get', answer(404), false],
    ['get', answer(429), false],
    ['get', { kind: 'aborted', call }, false],
  ] as const)('%s %j may be sent again: %s', (method, failure, expected) => {
    expect(mayRepeat(method, failure)).toBe(expected);
  });

  it('is sent again after a pause that grows', () => {
    expect([repeatAfterMs(0, network, 0.5), repeatAfterMs(1, network, 0.5)]).toEqual([200, 800]);
    expect([repeatAfterMs(0, network, 0), repeatAfterMs(0, network, 1)]).toEqual([150, 250]);
  });

  it('waits as long as Plane asks, within reason', () => {
    expect([repeatAfterMs(0, answer(503, 3), 0.5), repeatAfterMs(0, answer(503, 60))]).toEqual([
      3000,
      undefined,
    ]);
  });
});
