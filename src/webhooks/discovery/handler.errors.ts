import { codedError } from '../../common/coded-error.js';
import { nearestNames } from '../../common/nearest-name.js';

const MAX_LISTED_HANDLERS = 5;

/** A handler exceeded its time-out. */
export const handlerTimedOut = codedError(
  'handler_timed_out',
  504,
  'The handler timed out',
  (seconds: number) =>
    `the handler did not end within ${seconds} s; raise its timeoutSeconds, or pass context.signal on`,
);

/** A run was aborted because its process shuts down or lost the lease on the job. */
export const runAborted = codedError(
  'run_given_up',
  503,
  'The run was aborted',
  'the process shuts down, or another one has the job; the event will be tried again',
);

/** A handler is invalid, so the process does not start. */
export const invalidHandler = codedError(
  'handler_refused',
  500,
  'An event handler cannot be used',
  (detail: string) => detail,
);

/** The app has no handler with that id. */
export const unknownHandler = codedError(
  'handler_unknown',
  404,
  'Handler not found',
  (id: string, known: readonly string[]) => `there is no handler ${id}; ${handlerHint(id, known)}`,
);

/** Suggests similar names; lists all of them if they are few or none is similar. */
export function handlerHint(id: string, known: readonly string[]): string {
  const near = known.length > MAX_LISTED_HANDLERS ? nearestNames(id, known) : [];
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${known.join(', ') || 'none'}`;
}
