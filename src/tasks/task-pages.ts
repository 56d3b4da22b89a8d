/** The states of tasks that have not ended. */
export const OPEN_TASK_STATES = ['waiting', 'queued', 'running', 'parked'] as const;

/** Every state of a task. */
export const TASK_STATES = [...OPEN_TASK_STATES, 'handled', 'skipped', 'dead_lettered', 'cancelled'] as const;

/**
 * `waiting` for its time, `queued` for its first or next run, `running`, `parked` until a consent; otherwise how it ended.
 */
export type TaskState = (typeof TASK_STATES)[number];

/** Selects tasks; an absent field selects all. */
export interface TaskFilter {
  readonly state?: TaskState;
  /** Of its `@OnTask`; of a schedule's runs, `schedule/` and its handler's id. */
  readonly name?: string;
  readonly workspaceId?: string;
  readonly key?: string;
  /** Only those that wait for a method which this release does not have. */
  readonly orphaned?: boolean;
}

/** A task in a list: without what the app stored in it. */
export interface TaskSummary {
  readonly id: string;
  /** That of its `@OnTask`; of a schedule's run, `schedule/` and its handler's id. */
  readonly name: string;
  /** Hangar's id; null for a run of a schedule that is not for each installation. */
  readonly installationId: string | null;
  readonly workspaceId: string | null;
  readonly key: string | null;
  readonly state: TaskState;
  readonly dueAt: Date;
  readonly reason: string | null;
  readonly attemptCount: number;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** One page of the list of tasks, the last scheduled first. */
export interface TaskPage {
  readonly tasks: TaskSummary[];
  /** `before` of the next page; absent on the last one. */
  readonly next?: string;
}

/** How many tasks there are. */
export interface TaskCount {
  readonly name: string;
  readonly state: TaskState;
  readonly count: number;
}
