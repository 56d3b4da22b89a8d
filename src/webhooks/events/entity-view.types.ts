/** Plane's priorities of a work item. */
export const PRIORITIES = ['urgent', 'high', 'medium', 'low', 'none'] as const;
/** A priority of a work item. */
export type Priority = (typeof PRIORITIES)[number];

/** Plane's groups of states. */
export const STATE_GROUPS = ['backlog', 'unstarted', 'started', 'completed', 'cancelled', 'triage'] as const;
/** The group of a state: what the state means, whatever its name. */
export type StateGroup = (typeof STATE_GROUPS)[number];

/** Plane's statuses of a module. */
export const MODULE_STATUSES = ['backlog', 'planned', 'in-progress', 'paused', 'completed', 'cancelled'] as const;
/** The status of a module. */
export type ModuleStatus = (typeof MODULE_STATUSES)[number];

/** Plane's kinds of relations between work items. */
export const RELATION_TYPES = [
  'relates_to',
  'duplicate',
  'blocked_by',
  'blocking',
  'start_before',
  'start_after',
  'finish_before',
  'finish_after',
  'implements',
  'implemented_by',
] as const;
/** How a work item relates to the other. */
export type RelationType = (typeof RELATION_TYPES)[number];

/** The work item that an event is about, with the fields that the payload has; ids are Plane's UUIDs. */
export interface WorkItemView {
  readonly id: string;
  readonly name?: string;
  readonly projectId?: string;
  readonly stateId?: string;
  /** Where the payload has the state itself, as the community edition's. */
  readonly stateGroup?: StateGroup;
  readonly assigneeIds?: readonly string[];
  readonly labelIds?: readonly string[];
  readonly priority?: Priority;
  readonly parentId?: string;
  /** The number in `WEB-1`. */
  readonly sequenceId?: number;
  /** `2026-01-31`, as `targetDate`. */
  readonly startDate?: string;
  readonly targetDate?: string;
  /** Where another system made it: that system's id and name. */
  readonly externalId?: string;
  readonly externalSource?: string;
}

/** A user whom a comment mentions. */
export interface MentionView {
  /** Plane's id of the user. */
  readonly id: string;
}

/** The comment that an event is about. */
export interface CommentView {
  readonly id: string;
  /**
   * Without markup; a mention is `@` and the display name, or the id where the payload has no name. Empty where the payload has
   * no text, as for a deleted comment or an agent run.
   */
  readonly text: string;
  readonly html?: string;
  /** Users whom the comment mentions, each once; absent where there are none. */
  readonly mentions?: readonly MentionView[];
  readonly actorId?: string;
}

/** The project that an event is about. */
export interface ProjectView {
  readonly id: string;
  readonly name?: string;
  /** The letters in `WEB-1`. */
  readonly identifier?: string;
  readonly description?: string;
  readonly leadId?: string;
}

/** The cycle that an event is about; dates as Plane sends them. */
export interface CycleView {
  readonly id: string;
  readonly name?: string;
  readonly projectId?: string;
  readonly ownerId?: string;
  readonly startDate?: string;
  readonly endDate?: string;
}

/** The module that an event is about; dates as Plane sends them. */
export interface ModuleView {
  readonly id: string;
  readonly name?: string;
  readonly projectId?: string;
  readonly status?: ModuleStatus;
  readonly leadId?: string;
  readonly memberIds?: readonly string[];
  readonly startDate?: string;
  readonly targetDate?: string;
}

/** The page that an event is about. */
export interface PageView {
  readonly id: string;
  readonly name?: string;
  readonly ownerId?: string;
  readonly access?: 'public' | 'private';
}

/** The link of a work item; its id is empty where the payload has none. */
export interface LinkView {
  readonly id: string;
  readonly url?: string;
  readonly title?: string;
}

/** The attachment of a work item; its id is empty where the payload has none. */
export interface AttachmentView {
  readonly id: string;
  readonly name?: string;
  /** In bytes. */
  readonly size?: number;
  /** The media type. */
  readonly type?: string;
}

/** The relation of a work item to another; its id is empty where the payload has none. */
export interface RelationView {
  readonly id: string;
  readonly type?: RelationType;
  readonly relatedWorkItemId?: string;
}
