import { expect, it } from '@jest/globals';
import { TokenBucket } from './token-bucket.js';

it('gives so many at once, and then one in so many milliseconds', () => {
  const allowance = new TokenBucket(2, 1000, 0);
  const taken = [0, 0, 0, 999, 1000, 1500, 60_000, 60_000, 60_000].map((now) => allowance.tryTake(now));
  expect(taken).toEqual([true, true, false, false, true, false, true, true, false]);
});
