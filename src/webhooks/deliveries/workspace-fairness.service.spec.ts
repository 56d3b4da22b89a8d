import { describe, expect, it } from '@jest/globals';
import { WorkspaceFairness } from './workspace-fairness.service.js';

describe('a workspace that sends much', () => {
  const storms = new WorkspaceFairness();

  it('stands back one step with each doubling, and others do not', () => {
    const steps = Array.from({ length: 1000 }, () => storms.priorityPenalty('stormy', 0));
    expect([steps[99], steps[100], steps[199], steps[200], steps[399], steps[999]]).toEqual([
      0, 1, 1, 2, 2, 4,
    ]);
    expect(storms.priorityPenalty('calm', 0)).toBe(0);
  });

  it('stands level again after a while', () => {
    expect(storms.priorityPenalty('stormy', 60_000)).toBe(2);
    expect(storms.priorityPenalty('stormy', 180_000)).toBe(0);
  });

  it('stands back no further than 15 steps', () => {
    for (let event = 0; event < 10_000; event += 1) storms.priorityPenalty('flood', 0);
    expect(storms.priorityPenalty('flood', 0)).toBeLessThanOrEqual(15);
  });
});
