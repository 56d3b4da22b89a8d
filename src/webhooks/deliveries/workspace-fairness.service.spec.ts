import { describe, expect, it } from '@jest/globals';
import { WorkspaceFairness } from './workspace-fairness.service.js';

describe('the priority penalty of a workspace', () => {
  const fairness = new WorkspaceFairness();

  it('grows by 1 with each doubling of its events, and not for other workspaces', () => {
    const penalties = Array.from({ length: 1000 }, () => fairness.priorityPenalty('stormy', 0));
    expect([penalties[99], penalties[100], penalties[199], penalties[200], penalties[399], penalties[999]]).toEqual([
      0, 1, 1, 2, 2, 4,
    ]);
    expect(fairness.priorityPenalty('calm', 0)).toBe(0);
  });

  it('declines after a while', () => {
    expect(fairness.priorityPenalty('stormy', 60_000)).toBe(2);
    expect(fairness.priorityPenalty('stormy', 180_000)).toBe(0);
  });

  it('is at most 15', () => {
    for (let event = 0; event < 10_000; event += 1) fairness.priorityPenalty('flood', 0);
    expect(fairness.priorityPenalty('flood', 0)).toBeLessThanOrEqual(15);
  });
});
