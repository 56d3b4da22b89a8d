import { codedError } from '../common/coded-error.js';
import { nearestNames } from '../common/nearest-name.js';

const MAX_LISTED = 10;

/** No method of the app has that task. */
export const unknownTask = codedError(
  'task_unknown',
  422,
  'Unknown task',
  (name: string, known: readonly string[]) =>
    `No method has @OnTask(${JSON.stringify(name)}); ${hint(name, known)} Schedule one of them, or add the method to a class in the app's modules.`,
);

/** A task cannot be scheduled as it is. */
export const taskUnusable = codedError(
  'task_unusable',
  422,
  'The task cannot be scheduled',
  (problem: string) => problem,
);

/** No task has that id. */
export const taskNotFound = codedError(
  'task_not_found',
  404,
  'Task not found',
  (id: string) => `no task has the id ${id}: it never existed, was replaced, or ended more than a week ago`,
);

/** The task has started, or has ended. */
export const taskNotCancellable = codedError(
  'task_not_cancellable',
  409,
  'The task cannot be cancelled',
  (id: string, state: string) => `The task ${id} is ${state}. Only one that has not started can be cancelled.`,
);

/** The start of a page is not the id of a task. */
export const invalidTaskCursor = codedError(
  'cursor_invalid',
  400,
  'Invalid cursor',
  (cursor: string) => `${JSON.stringify(cursor.slice(0, 100))} is not the id of a task: pass the "next" of a page`,
);

function hint(name: string, known: readonly string[]): string {
  const near = nearestNames(name, known);
  if (near.length > 0) return `did you mean ${near.map((each) => JSON.stringify(each)).join(' or ')}?`;
  return known.length > 0 ? `there are ${known.slice(0, MAX_LISTED).join(', ')}.` : 'there is none.';
}
