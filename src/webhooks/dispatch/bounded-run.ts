import { handlerTimedOut, runGivenUp } from '../discovery/handler.errors.js';

/**
 * Runs a handler until its time-out, or until it is told to stop; what it goes on to do after that counts for nothing.
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
  const ended = rejectionOn(signal, () =>
    deadline.aborted ? handlerTimedOut(timeoutSeconds) : runGivenUp(),
  );
  try {
    await Promise.race([run(signal), ended.promise]);
  } finally {
    ended.forget();
  }
}

/** A promise that rejects when the signal is aborted, until it is forgotten. */
function rejectionOn(
  signal: AbortSignal,
  error: () => Error,
): { promise: Promise<never>; forget: () => void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(error());
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return { promise, forget: () => signal.removeEventListener('abort', onAbort) };
}
