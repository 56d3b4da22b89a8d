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

/** Names or ids of several, in any order. */
type Several = readonly string[];

/**
 * Changes of a work item. What has a name and an id is there by both, whichever of them Plane sent: `state` and `state_id`,
 * `assignees` and `assignee_ids` … A side by name is absent where the payload does not have that name.
 */
export interface WorkItemChanges extends EventChanges {
  readonly name?: FieldChange<string>;
  readonly priority?: FieldChange<Priority>;
  /** The name. */
  readonly state?: FieldChange<string>;
  readonly state_id?: FieldChange<string>;
  /** Display names: all of them, before and after. */
  readonly assignees?: FieldChange<Several>;
  readonly assignee_ids?: FieldChange<Several>;
  readonly labels?: FieldChange<Several>;
  readonly label_ids?: FieldChange<Several>;
  /** The key, `WEB-1`. */
  readonly parent?: FieldChange<string>;
  readonly parent_id?: FieldChange<string>;
  /** `2026-01-31`, as `target_date`. */
  readonly start_date?: FieldChange<string>;
  readonly target_date?: FieldChange<string>;
  /** The id; the value is in `estimate_categories`, `estimate_points` or `estimate_time`. */
  readonly estimate_point?: FieldChange<string>;
  readonly estimate_categories?: FieldChange<string>;
  readonly estimate_points?: FieldChange<string>;
  readonly estimate_time?: FieldChange<string>;
  /** The same as `description_html`. */
  readonly description?: FieldChange<string>;
  readonly description_html?: FieldChange<string>;
  /** The community edition up to v0.26.0: the name of a cycle, or a module, that the work item was put into or taken off. */
  readonly cycles?: FieldChange<string>;
  readonly cycle_id?: FieldChange<string>;
  readonly modules?: FieldChange<string>;
  readonly module_id?: FieldChange<string>;
  /** The community edition up to v0.26.0: the URL of a link, the code of a reaction. */
  readonly link?: FieldChange<string>;
  readonly link_id?: FieldChange<string>;
  readonly reaction?: FieldChange<string>;
  readonly reaction_id?: FieldChange<string>;
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
