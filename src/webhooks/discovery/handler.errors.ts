import { DomainError } from '../../common/domain-error.js';
import { nearestNames } from '../../common/nearest-name.js';

const MAX_LISTED_HANDLERS = 5;
/** As long as an id may be. */

/** An event came from a workspace that has no installation yet. */
export function notInstalled(workspaceId: string): DomainError {
  return new DomainError({
    code: 'workspace_not_installed',
    title: 'The app is not installed',
    detail: `the app is not installed in workspace ${workspaceId}; the event is tried again later`,
    status: 409,
  });
}

/** A handler took longer than it may. */
export function handlerTimedOut(seconds: number): DomainError {
  return new DomainError({
    code: 'handler_timed_out',
    title: 'The handler took too long',
    detail: `the handler did not end within ${seconds} s; raise its timeoutSeconds, or pass context.signal on`,
    status: 504,
  });
}

/** A run ended because its process stops or its job was given to another. */
export function runGivenUp(): DomainError {
  return new DomainError({
    code: 'run_given_up',
    title: 'The run was given up',
    detail: 'the process stops, or the job was taken over; the event is tried again',
    status: 503,
  });
}

/** No project of the workspace has the work item. */
export function workItemNotFound(workItemId: string, slug: string): DomainError {
  return new DomainError({
    code: 'work_item_not_found',
    title: 'Work item not found',
    detail: `no project in ${slug} that the app can see has the work item ${workItemId}`,
    status: 404,
  });
}

/** A handler cannot work, so the start stops. */
export function handlerRefused(detail: string): DomainError {
  return new DomainError({
    code: 'handler_refused',
    title: 'An event handler cannot be used',
    detail,
    status: 500,
  });
}

/** No handler of the app has that id. */
export function unknownHandler(id: string, known: readonly string[]): DomainError {
  return new DomainError({
    code: 'handler_unknown',
    title: 'There is no such handler',
    detail: `there is no handler ${id}; ${handlerHint(id, known)}`,
    status: 404,
  });
}

/** The names that are written most like it; all of them where they are few or none is alike. */
export function handlerHint(id: string, known: readonly string[]): string {
  const near = known.length > MAX_LISTED_HANDLERS ? nearestNames(id, known) : [];
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are ${known.join(', ') || 'none'}`;
}
