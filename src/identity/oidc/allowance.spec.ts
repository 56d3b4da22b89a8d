import { expect, it } from '@jest/globals';
import { Allowance } from './allowance.js';

it('gives so many at once, and then one in so many milliseconds', () => {
  const allowance = new Allowance(2, 1000, 0);
  const taken = [0, 0, 0, 999, 1000, 1500, 60_000, 60_000, 60_000].map((now) => allowance.takes(now));
  expect(taken).toEqual([true, true, false, false, true, false, true, true, false]);
});
