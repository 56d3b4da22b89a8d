import { addAbortListener } from 'node:events';
import { handlerTimedOut, runAborted } from '../discovery/handler.errors.js';
import { type RunNotes } from './handler-run.js';
import { LoopWatch } from './loop-watch.js';

/** How a run is bounded. */
interface RunBounds {
  /** The handler's id. */
  readonly handler: string;
  readonly timeoutSeconds: number;
  /** End the run too. */
  readonly stops: readonly AbortSignal[];
  /** Aborted at the time-out. */
  readonly deadline?: AbortSignal;
  /** Gets a note where the run took longer than its time-out because the event loop was blocked. */
  readonly notes: RunNotes;
}

/** There is one event loop in the process. */
const LOOP = new LoopWatch();

/**
 * Runs a handler until its time-out or one of the signals. A handler that ignores its own signal keeps running, but its
 * result no longer counts. One that blocks the event loop cannot be interrupted: its result counts.
 *
 * @throws {DomainError} `handler_timed_out`, `run_given_up`; what the handler throws
 */
export async function runBounded(bounds: RunBounds, run: (signal: AbortSignal) => unknown): Promise<void> {
  const { handler, timeoutSeconds, stops, notes } = bounds;
  const { deadline = AbortSignal.timeout(timeoutSeconds * 1000) } = bounds;
  const signal = AbortSignal.any([deadline, ...stops]);
  const { promise, reject } = Promise.withResolvers<never>();
  const listener = addAbortListener(signal, () =>
    reject(deadline.aborted ? handlerTimedOut(timeoutSeconds) : runAborted()),
  );
  const startedAt = performance.now();
  const watched = LOOP.begin(handler);
  try {
    await Promise.race([started(run, signal, () => LOOP.returned(watched)), promise]);
  } finally {
    listener[Symbol.dispose]();
    const blocked = LOOP.blockedDuring(watched);
    LOOP.end(watched);
    if (blocked !== undefined && performance.now() - startedAt > timeoutSeconds * 1000)
      notes.blocked = `${blocked}, and so was not ended at its time-out of ${timeoutSeconds} s`;
  }
}

/** What the handler returned. @param returned called once it has */
function started(run: (signal: AbortSignal) => unknown, signal: AbortSignal, returned: () => void): unknown {
  try {
    return run(signal);
  } finally {
    returned();
  }
}
