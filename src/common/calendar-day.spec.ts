import { describe, expect, it } from '@jest/globals';
import { startsWithCalendarDay } from './calendar-day.js';

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
