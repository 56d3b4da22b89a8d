import { describe, expect, it } from '@jest/globals';
import { secondsOf } from './duration.js';

describe('a duration', () => {
  it.each([
    [90, 90],
    [0, 0],
    ['90s', 90],
    ['15m', 900],
    ['2h', 7200],
    ['1.5h', 5400],
    ['3d', 259_200],
    ['1w', 604_800],
    [' 2 h ', 7200],
    ['2h30m', 9000],
    ['1H', 3600],
    ['500ms', 0.5],
    ['29ms', 0.029],
  ])('%p has %p seconds', (duration, seconds) => {
    expect(secondsOf(duration)).toBe(seconds);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, '', '2', 'h', '-2h', '2 hours', '2h30', '1e3s', null, {}])(
    '%p is none',
    (duration) => {
      expect(secondsOf(duration)).toBeUndefined();
    },
  );
});
