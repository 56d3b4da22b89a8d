import { handlerTimedOut, runAborted } from '../discovery/handler.errors.js';

/**
 * Runs a handler until its time-out or one of the signals. A handler that ignores its own signal keeps running, but its
 * result no longer counts.
 *
 * @throws {DomainError} `handler_timed_out`, `run_given_up`; what the handler throws
 */
export async function runBounded(
  timeoutSeconds: number,
  stops: readonly AbortSignal[],
  run: (signal: AbortSignal) => unknown,
): Promise<void> {
  const deadline = AbortSignal.timeout(timeoutSeconds * 1000);
  const signal = AbortSignal.any([deadline, ...stops]);
  const interrupted = rejectionOn(signal, () => (deadline.aborted ? handlerTimedOut(timeoutSeconds) : runAborted()));
  try {
    await Promise.race([run(signal), interrupted.promise]);
  } finally {
    interrupted.dispose();
  }
}

/** A promise that rejects when the signal is aborted, until it is disposed of. */
function rejectionOn(signal: AbortSignal, error: () => Error): { promise: Promise<never>; dispose: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(error());
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return { promise, dispose: () => signal.removeEventListener('abort', onAbort) };
}
