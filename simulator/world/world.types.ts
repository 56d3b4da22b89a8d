import { type Fields } from './record.types.js';

/** A person or an app's bot. */
export interface User {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly displayName: string;
  /** `admin` may install apps; an installation creates a `bot`. */
  readonly role: 'admin' | 'member' | 'bot';
}

/** Slug and name can change, the id cannot. */
export interface Workspace {
  readonly id: string;
  slug: string;
  name: string;
}

/** A column of a project's board. */
export interface State {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly group: string;
}

/** A label of a project. */
export interface Label {
  readonly id: string;
  readonly name: string;
  readonly color: string;
}

/** `identifier` is the prefix of its work items' numbers: `WEB` in `WEB-2`. */
export interface Project {
  readonly id: string;
  readonly workspaceId: string;
  identifier: string;
  name: string;
  /** Of its records. */
  readonly states: readonly State[];
  readonly labels: readonly Label[];
  /** Further fields, by Plane's names. */
  readonly fields: Fields;
  readonly createdBy: string;
  readonly createdAt: number;
  updatedAt: number;
}

/** Plane's five priorities. */
export const PRIORITIES = ['urgent', 'high', 'medium', 'low', 'none'] as const;
/** One of {@link PRIORITIES}. */
export type Priority = (typeof PRIORITIES)[number];

/** Plane's names of the fields of a work item that may be null. */
export const OPTIONAL_FIELDS = {
  parentId: 'parent',
  startDate: 'start_date',
  targetDate: 'target_date',
  estimatePoint: 'estimate_point',
  typeId: 'type',
  archivedAt: 'archived_at',
  externalSource: 'external_source',
  externalId: 'external_id',
} as const;
/** One of {@link OPTIONAL_FIELDS}. */
export type OptionalField = keyof typeof OPTIONAL_FIELDS;

/** All of {@link OPTIONAL_FIELDS}, as a new work item has them. */
export const NO_OPTIONAL_FIELDS = Object.fromEntries(
  Object.keys(OPTIONAL_FIELDS).map((name) => [name, null]),
) as Record<OptionalField, null>;

/** The fields of a work item that can be changed. */
export interface WorkItemFields extends Record<OptionalField, string | null> {
  name: string;
  descriptionHtml: string;
  priority: Priority;
  stateId: string;
  assigneeIds: readonly string[];
  labelIds: readonly string[];
}

/** Times are milliseconds since 1970. */
export interface WorkItem extends WorkItemFields {
  readonly id: string;
  projectId: string;
  readonly workspaceId: string;
  sequenceId: number;
  readonly createdBy: string;
  readonly createdAt: number;
  updatedBy: string;
  updatedAt: number;
  /** When it got a state of the group `completed`. */
  completedAt: number | null;
}

/** A comment on a work item. */
export interface Comment {
  readonly id: string;
  readonly workItemId: string;
  readonly projectId: string;
  readonly workspaceId: string;
  readonly actorId: string;
  html: string;
  /** The first comment of the thread that this one is a reply in. */
  readonly parentId: string | null;
  readonly createdAt: number;
  editedAt: number | null;
  externalSource: string | null;
  externalId: string | null;
}

/** The app in one workspace. `webhook*` is Plane's record of the app's webhook there. */
export interface Installation {
  readonly id: string;
  readonly workspaceId: string;
  readonly botId: string;
  readonly webhookId: string;
  readonly installedBy: string;
  readonly createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
}

/** Plane's states of a run. */
export const RUN_STATUSES = [
  'created',
  'in_progress',
  'awaiting',
  'completed',
  'stopping',
  'stopped',
  'failed',
  'stale',
] as const;
/** One of {@link RUN_STATUSES}. */
export type RunStatus = (typeof RUN_STATUSES)[number];

/** A conversation with the app as an agent. Times are milliseconds since 1970. */
export interface AgentRun {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string | null;
  readonly workItemId: string | null;
  /** The comment that mentioned the app. */
  readonly commentId: string | null;
  readonly sourceCommentId: string | null;
  readonly agentUserId: string;
  readonly creatorId: string;
  readonly externalLink: string | null;
  readonly startedAt: number;
  readonly activities: RunActivity[];
  /** Every status that the run had, the first one included, and when it got it. */
  readonly transitions: { readonly status: RunStatus; readonly at: number }[];
  status: RunStatus;
  /** The last activity, or the start. */
  updatedAt: number;
  /** The longest time without an activity in a status in which a run can become stale. */
  longestSilenceMs: number;
  endedAt: number | null;
  stoppedAt: number | null;
  stoppedBy: string | null;
  /** `signal_metadata` of the activity `error` that ended the run. */
  errorMetadata: unknown;
}

/** Content of an activity: `{type, body}`, or for an action `{type, action, parameters}`. */
export type ActivityContent =
  { type: string; body: string } | { type: 'action'; action: string; parameters: Record<string, string> };

/** One activity of a run, by the app or (a `prompt`) by a user. */
export interface RunActivity {
  readonly id: string;
  readonly runId: string;
  readonly type: string;
  readonly content: ActivityContent;
  readonly contentMetadata: unknown;
  readonly signal: string;
  readonly signalMetadata: unknown;
  readonly ephemeral: boolean;
  readonly actorId: string;
  readonly commentId: string | null;
  /** When Plane received it. */
  readonly createdAt: number;
  /** The run's status when it came, and afterwards. */
  readonly statusBefore: RunStatus;
  readonly statusAfter: RunStatus;
  /** When the next activity came, if this one is ephemeral: Plane no longer shows it then. */
  supersededAt: number | null;
}
