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
  readonly identifier: string;
  readonly name: string;
  readonly states: readonly State[];
  readonly labels: readonly Label[];
  readonly createdAt: number;
}

/** Plane's five priorities. */
export const PRIORITIES = ['urgent', 'high', 'medium', 'low', 'none'] as const;
/** One of {@link PRIORITIES}. */
export type Priority = (typeof PRIORITIES)[number];

/** The fields of a work item that can be changed. */
export interface WorkItemFields {
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
}

/** A comment on a work item. */
export interface Comment {
  readonly id: string;
  readonly workItemId: string;
  readonly projectId: string;
  readonly workspaceId: string;
  readonly actorId: string;
  readonly html: string;
  readonly createdAt: number;
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
export type RunStatus =
  'created' | 'in_progress' | 'awaiting' | 'completed' | 'stopping' | 'stopped' | 'failed' | 'stale';

/** A conversation with the app as an agent. Times are milliseconds since 1970. */
export interface AgentRun {
  readonly id: string;
  readonly workspaceId: string;
  readonly projectId: string;
  readonly workItemId: string;
  /** The comment that mentioned the app. */
  readonly commentId: string;
  readonly agentUserId: string;
  readonly creatorId: string;
  readonly startedAt: number;
  readonly activities: RunActivity[];
  status: RunStatus;
  updatedAt: number;
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
  readonly createdAt: number;
}
