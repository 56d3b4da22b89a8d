import { describe, expect, it } from '@jest/globals';
import { timeIn } from './query.js';

describe('a time of a filter in the console', () => {
  it('is UTC, as datetime-local inputs send it', () => {
    expect(timeIn({ since: '2026-01-31T09:00' }, 'since')?.toISOString()).toBe('2026-01-31T09:00:00.000Z');
  });

  it.each(['2026-02-30T09:00', '2026-02-29', '2026-13-01T09:00', '1', 'soon', '+275760-09-13'])(
    'is not %j',
    (since) => {
      expect(timeIn({ since }, 'since')).toBeUndefined();
    },
  );
});
