import { describe, expect, it } from '@jest/globals';
import { ActivityCounts } from './activity-counts.js';

const MINUTE = 60_000;
const NOON = Date.parse('2026-01-31T12:00:00Z');

describe('counts of activity', () => {
  it('are kept per minute, series and handler, with sum and maximum of the durations', () => {
    const counts = new ActivityCounts();
    counts.add(NOON, 'run_handled', 'A.run', 10);
    counts.add(NOON + MINUTE - 1, 'run_handled', 'A.run', 30);
    counts.add(NOON + MINUTE, 'run_handled', 'A.run', 5);
    counts.add(NOON, 'run_handled', 'B.run', 1);
    counts.add(NOON, 'webhook_accepted');
    const noon = { minute: NOON, series: 'run_handled' } as const;
    expect(counts.drain()).toEqual([
      { ...noon, handler: 'A.run', count: 2, sumMs: 40, maxMs: 30 },
      { ...noon, handler: 'B.run', count: 1, sumMs: 1, maxMs: 1 },
      { minute: NOON, series: 'webhook_accepted', handler: '', count: 1, sumMs: 0, maxMs: 0 },
      { ...noon, minute: NOON + MINUTE, handler: 'A.run', count: 1, sumMs: 5, maxMs: 5 },
    ]);
    expect(counts.drain()).toEqual([]);
  });

  it('that were put back are added to newer ones', () => {
    const counts = new ActivityCounts();
    counts.add(NOON, 'lag', '', 100);
    const taken = counts.drain();
    counts.add(NOON + 1, 'lag', '', 20);
    counts.putBack(taken);
    expect(counts.drain()).toEqual([{ minute: NOON, series: 'lag', handler: '', count: 2, sumMs: 120, maxMs: 100 }]);
  });

  it('that are not drained are dropped after an hour', () => {
    const counts = new ActivityCounts();
    for (let minute = 0; minute < 200; minute += 1) {
      counts.add(NOON + minute * MINUTE, 'webhook_accepted');
      counts.putBack(counts.drain());
    }
    const minutes = counts.drain().map(({ minute }) => (minute - NOON) / MINUTE);
    expect([minutes.length, Math.min(...minutes)]).toEqual([60, 140]);
  });
});
