import { type LifecycleContext, type PlaneContext } from '../webhooks/discovery/handler-contexts.js';
import { type HandlerOptions } from '../webhooks/discovery/handler-options.js';

/** What a method with `@OnTask` gets. The type of `data` is what the app's own code scheduled. */
export interface Task<D = unknown> {
  /** Stable over retries: an idempotency key. */
  readonly id: string;
  readonly name: string;
  readonly data: D;
  /** When it was to run. */
  readonly dueAt: Date;
  readonly key?: string;
  /** The work item, or else the entity, of the event in whose run it was scheduled, by Plane's id. */
  readonly workItemId?: string;
}

/** What a method with `@OnSchedule` gets. */
export interface ScheduledRun {
  /** Stable over retries: an idempotency key. */
  readonly id: string;
  /** The occurrence; long ago where the server was down. */
  readonly scheduledAt: Date;
}

/** What a method with `@OnSchedule` gets beside the run, where it is not for each installation. */
export type ScheduleContext = LifecycleContext;

/** Options of a method with `@OnTask`. */
export type TaskOptions = Omit<HandlerOptions, 'includeSelf' | 'order' | 'coalesce' | 'priority'>;

/** Options of a method with `@OnSchedule`. */
export interface ScheduleOptions extends TaskOptions {
  /** A time zone of the IANA database: `Europe/Berlin`. Default `UTC`. */
  readonly timeZone?: string;
  /** `installation`: runs for each workspace where the app is installed, with the context of a handler there. */
  readonly each?: 'installation';
  /**
   * The runs of `each: 'installation'` are spread over this many seconds, each installation always at the same second, so that
   * they do not call Plane at once. Default 300; never more than a tenth of the time until the next occurrence. 0: all at once.
   */
  readonly spreadSeconds?: number;
}

/** The signature of a method with `@OnTask`. */
export type TaskMethod = (task: Task<never>, context: PlaneContext) => unknown;

/** The signature of a method with `@OnSchedule(…, { each: 'installation' })`. */
export type InstallationScheduleMethod = (run: ScheduledRun, context: PlaneContext) => unknown;

/** The signature of a method with `@OnSchedule`. */
export type ScheduleMethod = (run: ScheduledRun, context: ScheduleContext) => unknown;
