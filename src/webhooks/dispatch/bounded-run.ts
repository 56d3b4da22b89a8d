import { addAbortListener } from 'node:events';
import { handlerTimedOut, runAborted } from '../discovery/handler.errors.js';

/**
 * Runs a handler until its time-out or one of the signals. A handler that ignores its own signal keeps running, but its
 * result no longer counts.
 *
 * @param deadline aborted at the time-out
 * @throws {DomainError} `handler_timed_out`, `run_given_up`; what the handler throws
 */
export async function runBounded(
  timeoutSeconds: number,
  stops: readonly AbortSignal[],
  run: (signal: AbortSignal) => unknown,
  deadline = AbortSignal.timeout(timeoutSeconds * 1000),
): Promise<void> {
  const signal = AbortSignal.any([deadline, ...stops]);
  const { promise, reject } = Promise.withResolvers<never>();
  const listener = addAbortListener(signal, () =>
    reject(deadline.aborted ? handlerTimedOut(timeoutSeconds) : runAborted()),
  );
  try {
    await Promise.race([run(signal), promise]);
  } finally {
    listener[Symbol.dispose]();
  }
}
