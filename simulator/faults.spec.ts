import { describe, expect, it } from '@jest/globals';
import { type Fault, Faults } from './faults.js';

const ACTIVITIES = '/api/v1/workspaces/sandbox/runs/r1/activities/';

function faultsAt(scale = 1) {
  const clock = { time: 0, now: () => clock.time, scale: () => scale };
  const faults = new Faults(clock);
  const ask = (path = ACTIVITIES, method = 'POST') => faults.consume(method, path)?.kind;
  const set = (fault: Partial<Fault>) => faults.add({ match: '/', kind: 'drop', ...fault });
  return { clock, faults, ask, set };
}

describe('a fault', () => {
  it('applies to a route by method and by a pattern of its path, for a number of requests', () => {
    const { faults, ask, set } = faultsAt();
    set({ match: '/api/v1/workspaces/*/runs/*/activities/', method: 'POST', kind: 'drop-answer', times: 2 });
    expect(ask(ACTIVITIES, 'GET')).toBeUndefined();
    expect(ask('/api/v1/workspaces/sandbox/runs/r1/')).toBeUndefined();
    expect([ask(), faults.list()[0]?.times, ask(), ask()]).toEqual(['drop-answer', 1, 'drop-answer', undefined]);
    expect([faults.list(), faults.injected]).toEqual([[], { 'drop-answer': 2 }]);
  });

  it('affects every third request, and lets the next fault affect the others', () => {
    const { ask, set } = faultsAt();
    set({ every: 3 });
    set({ kind: 'slow', match: '/api/' });
    expect([ask(), ask(), ask(), ask('/auth/o/token/')]).toEqual(['slow', 'slow', 'drop', undefined]);
  });

  it('affects none at random with a chance of 0, and each one with 1', () => {
    const { ask, set } = faultsAt();
    set({ chance: 0 });
    set({ chance: 1, kind: 'status' });
    expect([ask(), ask()]).toEqual(['status', 'status']);
  });

  it('ends after a time, which is scaled like an agent’s', () => {
    const { clock, faults, ask, set } = faultsAt(0.1);
    set({ forSeconds: 360 });
    clock.time = 35_999;
    expect(ask()).toBe('drop');
    clock.time = 36_000;
    expect([ask(), faults.list()]).toEqual([undefined, []]);
  });
});
