import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { type Installation } from '../../installations/installation.js';
import { type HandlerLogger } from './handler-logger.js';

/** What a handler of lifecycle events works with, beside the event. */
export interface LifecycleContext {
  /** Plane's API as the app's bot where it is installed; its calls fail where it is not. */
  planeIn(installation: Installation): PlaneClient;
  /** 1 for the first run. */
  readonly attempt: number;
  /** Writes to the log with the handler's and the event's id. */
  readonly logger: HandlerLogger;
  /** Aborted when the handler has taken too long, and when the process must stop. */
  readonly signal: AbortSignal;
}
