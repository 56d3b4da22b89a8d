import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { untilSignal } from './until-signal.js';

describe('a command that runs until a signal', () => {
  afterEach(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
    for (const signal of ['SIGTERM', 'SIGINT']) process.removeAllListeners(signal);
  });

  it('ignores a repetition at once, so that it can close what it has open; a later signal ends it', async () => {
    jest.useFakeTimers({ now: 0 });
    const exit = jest.spyOn(process, 'exit').mockReturnValue(undefined as never);
    const signalled = untilSignal();
    process.emit('SIGTERM', 'SIGTERM');
    await signalled;
    jest.setSystemTime(400);
    process.emit('SIGTERM', 'SIGTERM');
    process.emit('SIGINT', 'SIGINT');
    expect(exit).not.toHaveBeenCalled();
    jest.setSystemTime(600);
    process.emit('SIGTERM', 'SIGTERM');
    expect(exit).toHaveBeenCalledWith(1);
  });
});
