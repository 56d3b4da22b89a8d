import { describe, expect, it } from '@jest/globals';
import { date, positiveNumber } from './arguments.js';

describe('a time of the command line', () => {
  it('is in ISO 8601, and UTC where it has no offset', () => {
    expect(date('2026-01-31').toISOString()).toBe('2026-01-31T00:00:00.000Z');
    expect(date('2026-01-31T09:00').toISOString()).toBe('2026-01-31T09:00:00.000Z');
    expect(date(' 2026-01-31T09:00+02:00 ').toISOString()).toBe('2026-01-31T07:00:00.000Z');
  });

  it('is how long ago it was', () => {
    const hours = (Date.now() - date('1h30m').getTime()) / 3_600_000;
    expect(hours).toBeCloseTo(1.5, 2);
  });

  it.each(['999999999999w', '2026-02-30', '2026-02-30T09:00Z', '2026-13-01', '1', 'yesterday', '+275760-09-13'])(
    'is not %j',
    (text) => {
      expect(() => date(text)).toThrow('It must be a time such as 2026-01-31T09:00Z, or how long ago');
    },
  );
});

describe('a factor of the command line', () => {
  it('is a number above 0', () => {
    expect([positiveNumber('0.1'), positiveNumber('10')]).toEqual([0.1, 10]);
  });

  it.each(['0', '0.0', '-1', '1e3', '.5', '1:10', ''])('is not %j', (text) => {
    expect(() => positiveNumber(text)).toThrow('It must be a number above 0, such as 0.1.');
  });
});
