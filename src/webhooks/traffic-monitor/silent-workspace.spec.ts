import { describe, expect, it } from '@jest/globals';
import { ALL_WORKSPACES, isSilent, silenceThreshold, type Traffic } from './silent-workspace.js';

const HOUR = 3600;
const DAY = 24 * HOUR;
/** From Friday evening to Monday morning. */
const WEEKEND = 62 * HOUR;

const traffic = (changes: Partial<Traffic>): Traffic => ({
  connectionId: 'default',
  workspaceId: 'a workspace',
  silentSeconds: 0,
  watchedSeconds: 30 * DAY,
  longestGapSeconds: HOUR,
  ...changes,
});

describe('a workspace counts as silent', () => {
  it.each([
    ['around the clock, for 7 hours', { longestGapSeconds: 600, silentSeconds: 7 * HOUR }, true],
    ['around the clock, for 5 hours', { longestGapSeconds: 600, silentSeconds: 5 * HOUR }, false],
    ['at every hour of the day, for a day', { longestGapSeconds: 3 * HOUR, silentSeconds: 10 * HOUR }, true],
    ['an office at night', { longestGapSeconds: WEEKEND, silentSeconds: 14 * HOUR }, false],
    ['an office on a weekend', { longestGapSeconds: WEEKEND, silentSeconds: WEEKEND }, false],
    ['an office on a long weekend', { longestGapSeconds: WEEKEND, silentSeconds: WEEKEND + 2 * DAY }, false],
    ['an office for more than a week', { longestGapSeconds: WEEKEND, silentSeconds: 8 * DAY }, true],
    [
      'before it has sent for a week',
      { watchedSeconds: 7 * DAY - 1, silentSeconds: 100 * DAY, longestGapSeconds: 1 },
      false,
    ],
    ['once it has sent for a week', { watchedSeconds: 7 * DAY, silentSeconds: 100 * DAY, longestGapSeconds: 1 }, true],
  ] as const)('%s: %j → %s', (_, changes, silent) => {
    expect(isSilent(traffic(changes))).toBe(silent);
  });
});

describe('all workspaces together', () => {
  it('count as silent sooner', () => {
    const all = traffic({ workspaceId: ALL_WORKSPACES, longestGapSeconds: 60 });
    expect(isSilent({ ...all, silentSeconds: HOUR })).toBe(false);
    expect(isSilent({ ...all, silentSeconds: HOUR + 1 })).toBe(true);
  });

  it('have gaps too', () => {
    const all = traffic({ workspaceId: ALL_WORKSPACES, longestGapSeconds: 10 * HOUR });
    expect(silenceThreshold(all)).toBe(30 * HOUR);
  });
});
