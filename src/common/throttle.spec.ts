import { describe, expect, it } from '@jest/globals';
import { Throttle } from './throttle.js';

describe('Throttle', () => {
  it('permits one in each interval', () => {
    const throttle = new Throttle(1000);
    expect([0, 999, 1000, 1001, 5000].map((now) => throttle.tryAcquire(now))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });
});
