import { describe, expect, it } from '@jest/globals';
import { SingleFlight } from './single-flight.js';

describe('SingleFlight', () => {
  it('runs once for concurrent callers, and again afterwards', async () => {
    let runs = 0;
    const flight = new SingleFlight(async () => (runs += 1), 1000);
    expect(await Promise.all([flight.run(), flight.run()])).toEqual([1, 1]);
    expect(await flight.run()).toBe(2);
  });

  it('rejects for all callers, and runs again afterwards', async () => {
    let runs = 0;
    const flight = new SingleFlight(async () => {
      runs += 1;
      if (runs === 1) throw new Error('away');
      return runs;
    }, 1000);
    expect(await Promise.allSettled([flight.run(), flight.run()])).toEqual([
      { status: 'rejected', reason: new Error('away') },
      { status: 'rejected', reason: new Error('away') },
    ]);
    expect(await flight.run()).toBe(2);
  });

  it('runs again after the timeout, and ignores a late result for the next callers', async () => {
    const started: PromiseWithResolvers<string>[] = [];
    const flight = new SingleFlight(() => {
      const work = Promise.withResolvers<string>();
      started.push(work);
      return work.promise;
    }, 1000);
    const first = flight.run(0);
    void flight.run(999);
    expect(started).toHaveLength(1);
    const second = flight.run(1000);
    expect(started).toHaveLength(2);
    started[0]?.resolve('late');
    expect(await first).toBe('late');
    void flight.run(1500);
    expect(started).toHaveLength(2);
    started[1]?.resolve('in time');
    expect(await second).toBe('in time');
  });
});
