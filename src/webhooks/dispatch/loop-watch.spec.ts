import { describe, expect, it } from '@jest/globals';
import { LoopWatch } from './loop-watch.js';

function watch(): { loop: LoopWatch; pass: (ms: number) => void } {
  let now = 1e6;
  return { loop: new LoopWatch(() => now), pass: (ms) => void (now += ms) };
}

describe('a blocked event loop', () => {
  it('is the doing of the method that had not returned yet', () => {
    const { loop, pass } = watch();
    const other = loop.begin('Other.run');
    const run = loop.begin('Slow.run');
    pass(3200);
    loop.returned(run);
    expect(loop.blockedDuring(run)).toBe('it blocked the event loop for 3.2 s');
    expect(loop.blockedDuring(other)).toBe('Slow.run blocked the event loop for 3.2 s');
    for (const each of [run, other]) loop.end(each);
  });

  it('is the doing of any of those that ran at the time', () => {
    const { loop, pass } = watch();
    const runs = ['Slow.run', 'Other.run'].map((handler) => {
      const run = loop.begin(handler);
      loop.returned(run);
      return run;
    });
    pass(1500);
    expect(runs.map((run) => loop.blockedDuring(run))).toEqual([
      'it, or Other.run in the same process, blocked the event loop for 1.5 s',
      'it, or Slow.run in the same process, blocked the event loop for 1.5 s',
    ]);
    for (const run of runs) loop.end(run);
  });

  it('is none for less than a second, and before and after the run', () => {
    const { loop, pass } = watch();
    pass(5000);
    const run = loop.begin('Slow.run');
    pass(900);
    loop.returned(run);
    expect(loop.blockedDuring(run)).toBeUndefined();
    loop.end(run);
    pass(5000);
    expect(loop.blockedDuring(run)).toBeUndefined();
  });
});
