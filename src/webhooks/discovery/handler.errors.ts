import { codedError } from '../../common/coded-error.js';
import { nearestNames } from '../../common/nearest-name.js';

const ONCE_RETRY_SECONDS = 5;
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

/** Classes with handlers that no module provides, so the process does not start. */
export const unprovidedHandlers = codedError(
  'handler_not_provided',
  500,
  'A handler is in no module',
  (classes: readonly string[]) =>
    `${classes.join(', ')}: has handlers, but no module of the app provides it, so that it would never run. Add it to the ` +
    '"providers" of a module that the app imports (src/handlers/handlers.module.ts), or do not import its file.',
);

/** The `when` of a handler cannot be used on an event. */
export const conditionFailed = codedError(
  'handler_condition_failed',
  500,
  'The condition of a handler failed',
  (problem: string) => `the handler's "when" ${problem}`,
);

/** Another run does the work of a `context.once`: the event is delayed. */
export const onceInProgress = codedError(
  'once_in_progress',
  503,
  'Another run does this work',
  (key: string) => `another run does the work with the key ${JSON.stringify(key)}; the event will be tried again`,
  { retryAfterSeconds: ONCE_RETRY_SECONDS },
);

/** `context.reply` on an event that has no work item. */
export const nothingToReplyTo = codedError(
  'nothing_to_reply_to',
  500,
  'The event has no work item',
  (name: string) => `the event ${name} has no work item to comment on: name one with context.reply(…, { on: { id } })`,
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
