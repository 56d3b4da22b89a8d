import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { PeriodicTask, type Shutdown } from './periodic-task.js';

function shutdown(): Shutdown & { begin(): void; readonly work: (() => Promise<unknown> | undefined)[] } {
  const controller = new AbortController();
  const work: (() => Promise<unknown> | undefined)[] = [];
  return {
    draining: controller.signal,
    waitFor: (each) => void work.push(each),
    begin: () => controller.abort(),
    work,
  };
}

describe('PeriodicTask', () => {
  beforeEach(() => void jest.spyOn(Logger.prototype, 'error').mockImplementation(() => undefined));
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('joins the run in progress instead of running twice at once', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const run = jest.fn(async () => promise);
    const task = new PeriodicTask({ name: 'task', intervalMs: 10, run }, shutdown());
    const both = Promise.all([task.run(), task.run()]);
    resolve();
    await both;
    expect(run).toHaveBeenCalledTimes(1);
    await task.run();
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('runs at each interval, and not any more after the shutdown began', async () => {
    jest.useFakeTimers();
    const run = jest.fn(async () => undefined);
    const end = shutdown();
    new PeriodicTask({ name: 'task', intervalMs: 1000, run }, end).start();
    await jest.advanceTimersByTimeAsync(3000);
    expect(run).toHaveBeenCalledTimes(3);
    end.begin();
    await jest.advanceTimersByTimeAsync(3000);
    expect(run).toHaveBeenCalledTimes(3);
  });

  it('logs an error and waits longer after each one, until a run succeeds', async () => {
    jest.useFakeTimers();
    let broken = true;
    const run = jest.fn(async () => {
      if (broken) throw new Error('database unavailable');
    });
    new PeriodicTask({ name: 'task', intervalMs: 1000, run }, shutdown()).start();
    await jest.advanceTimersByTimeAsync(1000); // fails, waits 2 s
    await jest.advanceTimersByTimeAsync(2000); // fails, waits 4 s
    await jest.advanceTimersByTimeAsync(3000);
    expect(run).toHaveBeenCalledTimes(2);
    broken = false;
    await jest.advanceTimersByTimeAsync(3000);
    expect(run.mock.calls.length).toBeGreaterThan(3);
    expect(jest.mocked(Logger.prototype.error)).toHaveBeenCalledTimes(2);
  });

  it('gives the shutdown the run in progress to wait for', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const end = shutdown();
    const task = new PeriodicTask({ name: 'task', intervalMs: 1000, run: async () => promise }, end);
    const running = task.run();
    expect(end.work.map((work) => work())).toEqual([expect.any(Promise)]);
    resolve();
    await running;
    expect(end.work.map((work) => work())).toEqual([undefined]);
  });
});
