import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { type Installation } from '../../installations/installation.js';
import { type HandlerLogger } from './handler-logger.js';

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
