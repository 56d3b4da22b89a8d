import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { type Installation } from '../../installations/installation.js';
import { type WorkItemView } from '../events/plane-event.js';
import { type HandlerLogger } from './handler-logger.js';

/** What a handler works with, beside the event. */
export interface PlaneContext {
  /** Plane's API as the app's bot in the event's workspace, always with a live token. */
  readonly plane: PlaneClient;
  /**
   * Plane's API as a user who consented: by the subject of the identity provider that they have linked to, or by the
   * Plane user's id. Its calls fail with `consent_needed` where nobody did.
   */
  planeAs(subjectOrUserId: string): PlaneClient;
  /** The project of a work item: from the event, else asked of Plane and remembered. */
  projectIdOf(workItem: Pick<WorkItemView, 'id' | 'name' | 'projectId'>): Promise<string>;
  readonly installation: Installation;
  readonly workspace: { readonly id: string; readonly slug: string; readonly name: string };
  /** `attempt` is 1 for the first run. */
  readonly delivery: { readonly id: string; readonly attempt: number };
  /** Writes to the log with the handler's and the delivery's id. */
  readonly logger: HandlerLogger;
  /** Aborted when the handler has taken too long, and when the process must stop. */
  readonly signal: AbortSignal;
}
