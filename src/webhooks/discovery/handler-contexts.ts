import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { type Installation } from '../../installations/installation.js';
import { type WorkItemView } from '../events/plane-event.js';
import { type HandlerLogger } from './handler-logger.js';

/** What a handler gets beside the event. */
export interface PlaneContext {
  /** Plane's API as the app's bot in the event's workspace, always with a valid token. */
  readonly plane: PlaneClient;
  /**
   * Plane's API as a user who has consented, by their id in Plane. Calls fail with `consent_needed` without a consent, and
   * with `plane_user_elsewhere` for a user who has no access to the app in the event's workspace.
   */
  planeAs(planeUserId: string): PlaneClient;
  /** The same for the Plane user that a person has linked, by the person's subject at the identity provider. */
  planeAsSubject(subject: string): PlaneClient;
  /**
   * The project of a work item: from the event, or else from Plane, cached. A search in many projects is continued by later
   * runs: then it throws, and the event is delayed.
   */
  projectIdOf(
    workItem: Pick<WorkItemView, 'id' | 'name' | 'projectId' | 'externalId' | 'externalSource'>,
  ): Promise<string>;
  readonly installation: Installation;
  readonly workspace: { readonly id: string; readonly slug: string; readonly name: string };
  /** `attempt` is 1 for the first run. */
  readonly delivery: { readonly id: string; readonly attempt: number };
  /** Writes to the log with the handler's and the delivery's id. */
  readonly logger: HandlerLogger;
  /** Aborted when the handler times out and when the process shuts down. */
  readonly signal: AbortSignal;
}

/** What a handler of lifecycle events gets beside the event. */
export interface LifecycleContext {
  /** Plane's API as the app's bot in the workspace; calls fail if the app is not installed there. */
  planeIn(installation: Installation): PlaneClient;
  /** 1 for the first run. */
  readonly attempt: number;
  /** Writes to the log with the handler's and the event's id. */
  readonly logger: HandlerLogger;
  /** Aborted when the handler times out and when the process shuts down. */
  readonly signal: AbortSignal;
}
