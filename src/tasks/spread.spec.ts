import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { dueTimeOf } from './spread.js';

const at = new Date('2026-01-30T08:00:00Z');
const next = new Date('2026-01-31T08:00:00Z');
const ids = Array.from({ length: 1000 }, () => randomUUID());
const secondsOf = (times: readonly Date[], from: Date): number[] =>
  times.map((time) => (time.getTime() - from.getTime()) / 1000);

describe('the runs of a schedule for each installation', () => {
  it('are spread evenly over the window', () => {
    const seconds = secondsOf(
      ids.map((id) => dueTimeOf(id, { at, now: at, next, spreadSeconds: 300 })),
      at,
    );
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...seconds)).toBeLessThan(300);
    const halves = seconds.filter((each) => each < 150).length;
    expect(halves).toBeGreaterThan(400);
    expect(halves).toBeLessThan(600);
  });

  it('are at the same second of the window each time', () => {
    const [id = ''] = ids;
    const other = { at: next, now: next, next: new Date('2026-02-01T08:00:00Z'), spreadSeconds: 300 };
    expect(dueTimeOf(id, other).getTime() - next.getTime()).toBe(
      dueTimeOf(id, { at, now: at, next, spreadSeconds: 300 }).getTime() - at.getTime(),
    );
  });

  it('are within a tenth of the time until the next occurrence', () => {
    const soon = new Date(at.getTime() + 60_000);
    const seconds = secondsOf(
      ids.map((id) => dueTimeOf(id, { at, now: at, next: soon, spreadSeconds: 300 })),
      at,
    );
    expect(Math.max(...seconds)).toBeLessThanOrEqual(6);
  });

  it('that were missed are spread from now on', () => {
    const now = new Date('2026-01-30T15:00:00Z');
    const seconds = secondsOf(
      ids.map((id) => dueTimeOf(id, { at, now, next, spreadSeconds: 300 })),
      now,
    );
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...seconds)).toBeGreaterThan(200);
  });

  it('without a spread are at the occurrence', () => {
    expect(dueTimeOf(ids[0] ?? '', { at, now: at, next, spreadSeconds: 0 })).toEqual(at);
  });
});
