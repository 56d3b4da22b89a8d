import { type Duration } from '../../common/duration.js';
import { type EventPattern } from '../events/event-pattern.js';

/** When a task runs, and what cancels it before. */
export type ScheduleTaskOptions = (
  | {
      /** From now: seconds, or `90s`, `15m`, `2h`, `3d`, `1w`; up to five years. */
      readonly after: Duration;
      readonly at?: undefined;
    }
  | {
      /** A time in ISO 8601, or a date; one that is over means now. */
      readonly at: Date | string;
      readonly after?: undefined;
    }
) & {
  /**
   * Makes the task one: scheduling a task of the same name with the same key in the same installation replaces the one that
   * has not started.
   */
  readonly key?: string;
  /**
   * Events of the same work item (or else the same entity) that cancel the task, as patterns. Those that the app itself
   * caused, and those received before the task was scheduled, do not.
   */
  readonly cancelOn?: EventPattern | readonly EventPattern[];
  /** The work item of `cancelOn`, by Plane's id. Default: that of the event or task of this run. */
  readonly workItemId?: string;
};

/** A task that was scheduled. */
export interface ScheduledTask {
  readonly id: string;
  readonly dueAt: Date;
}

/** Schedules and cancels the tasks of one installation. */
export interface HandlerTasks {
  /**
   * Schedules a run of the method with `@OnTask(name)`. It is stored when this resolves, also if the run that scheduled it
   * fails afterwards and is tried again: pass a `key`.
   *
   * @param data what JSON can express, up to 64 kB
   * @throws {DomainError} `task_unknown`, `task_unusable`, `installation_unknown`
   */
  schedule(name: string, data: unknown, options: ScheduleTaskOptions): Promise<ScheduledTask>;
  /** Cancels the installation's tasks with this key that have not started. Resolves with how many. */
  cancel(key: string): Promise<number>;
}
