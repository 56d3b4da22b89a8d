import { describe, expect, it } from '@jest/globals';
import { startsWithCalendarDay, timeOf } from './calendar-day.js';

describe('a calendar day', () => {
  it.each(['2026-02-28', '2024-02-29T10:00:00Z', '9999-12-31 23:59:59.123456+00'])('exists: %s', (text) => {
    expect(startsWithCalendarDay(text)).toBe(true);
  });

  it.each(['2026-02-30T00:00:00Z', '2026-02-29', '2026-04-31', '0000-01-01', '2026-13-01', '2026-00-10', 'text'])(
    'does not exist: %s',
    (text) => {
      expect(startsWithCalendarDay(text)).toBe(false);
    },
  );
});

describe('a time from outside', () => {
  it.each([
    ['2026-02-28', '2026-02-28T00:00:00.000Z'],
    ['2024-02-29T09:00Z', '2024-02-29T09:00:00.000Z'],
    ['2026-01-31T09:00', '2026-01-31T09:00:00.000Z'],
    ['2026-01-31 09:00:01.5', '2026-01-31T09:00:01.500Z'],
    ['2026-01-31T09:00:00+02:00', '2026-01-31T07:00:00.000Z'],
  ])('%s is %s', (text, time) => {
    expect(timeOf(text)?.toISOString()).toBe(time);
  });

  it.each([
    '2026-02-30',
    '2026-02-30T09:00Z',
    '2023-02-29T09:00:00+02:00',
    '2026-01-31T25:00Z',
    '2026-01-31T09:00+99:00',
    '+275760-09-13',
    '1',
    'Jan 31 2026',
    '2026-01-31T09:00Z\u0000',
    '',
  ])('%j is none', (text) => {
    expect(timeOf(text)).toBeUndefined();
  });
});
