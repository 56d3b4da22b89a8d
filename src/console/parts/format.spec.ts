import { describe, expect, it } from '@jest/globals';
import { ageText, durationText, millisecondsText } from './format.js';

describe('durations', () => {
  it.each([
    [0.4, '0 s'],
    [59, '59 s'],
    [60, '1 min'],
    [95, '1 min 35 s'],
    [1210, '20 min'],
    [7500, '2 h 5 min'],
    [90_000, '1 d 1 h'],
    [1_000_000, '11 d'],
  ])('%d s are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it.each([
    [12.4, '12 ms'],
    [3400, '3.4 s'],
    [75_000, '1 min 15 s'],
  ])('%d ms are %s', (ms, text) => {
    expect(millisecondsText(ms)).toBe(text);
  });

  it('are shown as past or future ages', () => {
    const now = new Date('2026-01-31T09:00:00Z');
    expect(ageText(new Date('2026-01-31T08:57:00Z'), now)).toBe('3 min ago');
    expect(ageText(new Date('2026-01-31T09:00:30Z'), now)).toBe('in 30 s');
    expect(ageText(now, now)).toBe('just now');
  });
});
