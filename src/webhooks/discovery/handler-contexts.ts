import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { type Installation } from '../../installations/installation.js';
import { type WorkItemView } from '../events/entity-view.types.js';
import { type HandlerLogger } from './handler-logger.js';
import { type HandlerTasks } from './handler-tasks.js';

/** JSON values of one class of handlers in one installation; they are deleted when the app is uninstalled. */
export interface HandlerStore {
  /** `undefined` where there is none. */
  get<T = unknown>(key: string): Promise<T | undefined>;
  /** @throws {TypeError} for a value that is not JSON of at most 64 KiB, and a key of more than 200 characters */
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
}

/** What a reply comments on: the work item of an event, or any other. */
export type ReplyTarget = Pick<WorkItemView, 'id' | 'name' | 'projectId' | 'externalId' | 'externalSource'>;

/** A comment that was posted; without its id if a run posted it and then crashed. */
export interface Reply {
  readonly id?: string;
}

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
  projectIdOf(workItem: ReplyTarget): Promise<string>;
  /**
   * Does the work once for each installation, class of handlers and key, in whichever run comes first, and resolves with the
   * result of that. The result is what JSON makes of it, `undefined` where it is not JSON of at most 64 KiB. Work that throws
   * is not done; work that a crash ends is done again. While another run does it, the event is delayed.
   */
  once<T>(key: string, work: () => T | Promise<T>): Promise<T>;
  /** Values of this class of handlers in this installation. */
  readonly store: HandlerStore;
  /** Ends the run as handled, with a reason that operators see: it throws what the method must not catch. */
  skip(reason: string): never;
  /**
   * Comments on the event's work item, or on `on`, as the app's bot. A retry or replay of the event posts no second comment: the
   * n-th reply of a handler to an event is posted once.
   *
   * @param content HTML, or Markdown, of which raw HTML is escaped
   * @throws {DomainError} `nothing_to_reply_to` for an event without a work item
   */
  reply(content: string | { readonly markdown: string }, options?: { readonly on?: ReplyTarget }): Promise<Reply>;
  /** The markup of a mention of a user, for HTML and Markdown. */
  mention(planeUserId: string): string;
  readonly installation: Installation;
  readonly workspace: { readonly id: string; readonly slug: string; readonly name: string };
  /** Schedules and cancels tasks of this installation: see `@OnTask`. */
  readonly tasks: HandlerTasks;
  /** `attempt` is 1 for the first run. Of a run of a task or schedule, `id` is the task's. */
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
