import { type ModuleStatus, type Priority } from './entity-view.types.js';

/** A changed field; a key is absent where Plane does not send that side, `null` where the field was or is empty. */
export interface FieldChange<T = unknown> {
  readonly old?: T | null;
  readonly new?: T | null;
}

/** The changed fields of any event, by Plane's names. */
export interface EventChanges {
  readonly [field: string]: FieldChange | undefined;
}

/** Changes of a work item. A change of the state has both `state` and `state_id` where Plane sends both; lists alike. */
export interface WorkItemChanges extends EventChanges {
  readonly name?: FieldChange<string>;
  readonly priority?: FieldChange<Priority>;
  /** The name, or the id. */
  readonly state?: FieldChange<string>;
  readonly state_id?: FieldChange<string>;
  readonly assignees?: FieldChange;
  readonly assignee_ids?: FieldChange;
  readonly labels?: FieldChange;
  readonly label_ids?: FieldChange;
  readonly parent?: FieldChange;
  readonly parent_id?: FieldChange<string>;
  /** `2026-01-31`, as `target_date`. */
  readonly start_date?: FieldChange<string>;
  readonly target_date?: FieldChange<string>;
  readonly estimate_point?: FieldChange;
  readonly description?: FieldChange<string>;
  readonly description_html?: FieldChange<string>;
}

/** Changes of a comment. */
interface CommentChanges extends EventChanges {
  readonly comment_html?: FieldChange<string>;
  readonly comment_stripped?: FieldChange<string>;
}

/** Changes of a project. */
interface ProjectChanges extends EventChanges {
  readonly name?: FieldChange<string>;
  readonly identifier?: FieldChange<string>;
  readonly description?: FieldChange<string>;
}

/** Changes of a cycle. */
interface CycleChanges extends EventChanges {
  readonly name?: FieldChange<string>;
  readonly start_date?: FieldChange<string>;
  readonly end_date?: FieldChange<string>;
}

/** Changes of a module. */
interface ModuleChanges extends EventChanges {
  readonly name?: FieldChange<string>;
  readonly status?: FieldChange<ModuleStatus>;
  readonly start_date?: FieldChange<string>;
  readonly target_date?: FieldChange<string>;
}

/** Changes of a page. */
interface PageChanges extends EventChanges {
  readonly name?: FieldChange<string>;
  /** 0 is public, 1 private. */
  readonly access?: FieldChange<0 | 1>;
}

interface ChangesByFamily {
  readonly workitem: WorkItemChanges;
  readonly 'workitem.comment': CommentChanges;
  readonly 'page.comment': CommentChanges;
  readonly project: ProjectChanges;
  readonly cycle: CycleChanges;
  readonly module: ModuleChanges;
  readonly page: PageChanges;
}

/** The changes of an event by its family: the name without its action. */
export type ChangesOf<F extends string> = F extends keyof ChangesByFamily ? ChangesByFamily[F] : EventChanges;
