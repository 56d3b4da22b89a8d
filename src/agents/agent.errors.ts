import { codedError } from '../common/coded-error.js';

/** A turn has ended: it takes no second answer. */
export const turnClosed = codedError(
  'agent_turn_closed',
  409,
  'The turn has ended',
  (by: string) =>
    `This turn was ended by ${by}. A turn takes one respond, ask or fail; the user's next message is a turn of its own.`,
);

/** The turn is run by another process, or again, so that this run may not write any more. */
export const turnTakenOver = codedError(
  'agent_turn_taken_over',
  409,
  'The turn is run elsewhere',
  'This run of the method has timed out, or its process lost the job: another run answers. Pass session.signal on, and end.',
);

/** The state that an agent saves cannot be stored. */
export const stateUnusable = codedError(
  'agent_state_unusable',
  422,
  'The state cannot be stored',
  (problem: string) => `session.save takes what JSON can express, up to 1 MB: ${problem}.`,
);

/** What an agent posts cannot be sent. */
export const activityUnusable = codedError(
  'agent_activity_unusable',
  422,
  'The activity cannot be posted',
  (problem: string) => problem,
);

/** No run has that id. */
export const runUnknown = codedError(
  'agent_run_unknown',
  404,
  'Agent run not found',
  (id: string) =>
    `no run of the agent has the id ${id}: it never existed, or it is older than DELIVERY_RETENTION_DAYS. Use Hangar's id, which the list shows; "search" finds it by Plane's.`,
);

/** The start of a page is not the id of a run. */
export const invalidRunCursor = codedError(
  'cursor_invalid',
  400,
  'Invalid cursor',
  (cursor: string) => `${JSON.stringify(cursor.slice(0, 100))} is not the id of a run: pass the "next" of a page`,
);

/** Every turn of the run is closed. */
export const runEnded = codedError(
  'agent_run_ended',
  409,
  'The run has no open turn',
  (id: string) => `No turn of the run ${id} waits, runs or is parked: there is nothing to stop.`,
);

/** The last turn of the run has not failed. */
export const turnNotFailed = codedError(
  'agent_turn_not_failed',
  409,
  'The turn has not failed',
  (id: string, state: string) =>
    `The last turn of the run ${id} is ${state}; only one that has failed is run again. The user's next message is a turn of its own.`,
);

/** Another process posts the activity at this moment. */
export const activitySentElsewhere = codedError(
  'agent_activity_sent_elsewhere',
  409,
  'The activity is being posted',
  'Another process posts this activity, or has dropped it. It is tried again.',
);

/** The app is not installed in the run's workspace. */
export const agentNotInstalled = codedError(
  'agent_not_installed',
  409,
  'The app is not installed',
  (workspaceId: string) => `The app is not installed in the workspace ${workspaceId}: nothing can be posted there.`,
);
