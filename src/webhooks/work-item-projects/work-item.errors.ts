import { codedError } from '../../common/coded-error.js';

/** No project of the workspace has the work item. */
export const workItemNotFound = codedError(
  'work_item_not_found',
  404,
  'Work item not found',
  (workItemId: string, slug: string) =>
    `no project in ${slug} that the app can access has the work item ${workItemId}: it is deleted, archived, or in a ` +
    'project without the app. Redrive the event to search again.',
);

/** The search for a work item's project stands back for other calls; a later run continues it. */
export const lookupContinues = codedError(
  'work_item_lookup_continues',
  503,
  'The search for a project continues later',
  (workItemId: string, asked: number, _retryInSeconds: number) =>
    `the search for the project of the work item ${workItemId} continues later: ${asked} project(s) asked so far`,
  (_workItemId, _asked, retryInSeconds) => ({ retryAfterSeconds: Math.max(1, Math.ceil(retryInSeconds)) }),
);

/** The search for a work item's project took too long. */
export const lookupGivenUp = codedError(
  'work_item_lookup_given_up',
  504,
  'The search for a project took too long',
  (workItemId: string, asked: number, minutes: number) =>
    `the project of the work item ${workItemId} was not found within ${minutes} min: ${asked} project(s) asked, the rate ` +
    'limit of Plane allowed no more. Redrive the event to search again.',
);
