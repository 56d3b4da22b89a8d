import { type EventNameOf, type EventPattern } from './event-pattern.js';
import {
  type ActionOf,
  type AlwaysOf,
  type EventName,
  type FamilyOf,
  type SometimesOf,
  type ViewName,
} from './event-table.js';
import {
  type AttachmentView,
  type CommentView,
  type CycleView,
  type LinkView,
  type ModuleView,
  type PageView,
  type ProjectView,
  type RelationView,
  type WorkItemView,
} from './entity-view.types.js';
import { type ChangesOf, type EventChanges } from './field-changes.js';

/**
 * The shape of Plane's payload; `catch-up`: no webhook announced the change, it was read from Plane's API (docs/catch-up.md).
 * No handler receives an event of an `unknown` shape.
 */
type EventSource = 'v1' | 'v2' | 'agent' | 'catch-up' | 'unknown';

/** An object of a payload, as it was parsed. */
export type PlaneRecord = Readonly<Record<string, unknown>>;

/** Plane's states of an agent run. */
export const AGENT_RUN_STATUSES = [
  'created',
  'in_progress',
  'awaiting',
  'completed',
  'stopping',
  'stopped',
  'failed',
  'stale',
] as const;

/** Plane's state of an agent run; `unknown` where the payload has none, or one that this release does not know. */
export type AgentRunStatus = (typeof AGENT_RUN_STATUSES)[number] | 'unknown';

/** Plane's signals of a prompt. */
export const PROMPT_SIGNALS = ['continue', 'stop', 'auth_request', 'select'] as const;

/** `continue`, or `stop`: stop now. Users send no others by now; one that this release does not know is `continue`. */
export type PromptSignal = (typeof PROMPT_SIGNALS)[number];

/** The agent run that an event is about, with the fields that the payload has; ids are Plane's UUIDs. */
export interface AgentRunView {
  readonly id: string;
  readonly status: AgentRunStatus;
  /** `comment_thread`. */
  readonly type?: string;
  /** The app's bot. */
  readonly agentUserId?: string;
  /** Who mentioned the app, or started the run. */
  readonly creatorId?: string;
  /** Absent for a run without a work item, as in a page. */
  readonly workItemId?: string;
  readonly projectId?: string;
  /** The thread's comment; absent for a run that no comment started. */
  readonly commentId?: string;
  readonly sourceCommentId?: string;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  readonly stoppedAt?: Date;
  readonly stoppedBy?: string;
  readonly externalLink?: string;
  readonly errorMetadata?: PlaneRecord;
}

/** A user's message to the agent. */
export interface PromptView {
  readonly id: string;
  /** Without markup. */
  readonly text: string;
  /** As it arrived, where it has markup. */
  readonly html?: string;
  readonly signal: PromptSignal;
  /** Who wrote it. */
  readonly actorId?: string;
  readonly signalMetadata?: PlaneRecord;
  readonly contentMetadata?: PlaneRecord;
  readonly createdAt?: Date;
}

/** Every view by its name. */
export interface EventViews {
  readonly workItem: WorkItemView;
  readonly comment: CommentView;
  readonly agentRun: AgentRunView;
  readonly prompt: PromptView;
  readonly project: ProjectView;
  readonly cycle: CycleView;
  readonly module: ModuleView;
  readonly page: PageView;
  readonly link: LinkView;
  readonly attachment: AttachmentView;
  readonly relation: RelationView;
}

/** The user who caused the event; v2 and agent runs have the id alone. */
export interface PlaneActor {
  readonly id: string;
  readonly displayName?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly email?: string;
  readonly avatarUrl?: string;
}

/** What every event has, for each shape of payload. */
export interface PlaneEventBase {
  /** The same for every retry of the event: use it as an idempotency key. The delivery's id where Plane sends none. */
  readonly id: string;
  readonly name: string;
  /** The last segment of the name. */
  readonly action: string;
  readonly workspaceId: string;
  readonly projectId?: string;
  /** Plane's id of the entity; for v2 events below a work item, the work item's. Empty where Plane sent none. */
  readonly entityId: string;
  /** Plane's word for the entity: `issue`, `issue_comment`, `cycle`, `agent_run` … */
  readonly entityType: string;
  /** The entity as it arrived, with `"None"` replaced by null; empty for what v2 deleted. */
  readonly data: PlaneRecord;
  /** By Plane's name of the field. */
  readonly changes: EventChanges;
  readonly actor?: PlaneActor;
  readonly receivedAt: Date;
  readonly source: EventSource;
  /** The payload as it arrived. */
  readonly raw: PlaneRecord;
}

declare const unknownEvent: unique symbol;

/**
 * A name that is not in Hangar's table, as Plane wrote it. Its type differs from every known name, so that
 * `event.name === 'workitem.created'` narrows the event; cast it to `string` to compare it with another name.
 */
type UnknownEventName = `${string}.${string}` & { readonly [unknownEvent]: true };

type ViewsOf<Always extends ViewName, Sometimes extends ViewName> = Pick<EventViews, Always> &
  Partial<Pick<EventViews, Sometimes>> & {
    readonly [V in Exclude<ViewName, Always | Sometimes>]?: undefined;
  };

/** The event of one name; of a union of names, the union of their events. */
type NamedPlaneEvent<N extends EventName> = N extends EventName
  ? PlaneEventBase & {
      readonly name: N;
      readonly action: ActionOf<N>;
      readonly changes: ChangesOf<FamilyOf<N>>;
    } & ViewsOf<AlwaysOf<N>, SometimesOf<N>>
  : never;

/** An event whose name is unknown to Hangar. */
type UnknownPlaneEvent = PlaneEventBase & {
  readonly name: UnknownEventName;
} & ViewsOf<never, ViewName>;

/**
 * The event that a handler receives. The type of `PlaneEvent<'workitem.comment.created'>` has the views of that name; with a
 * wildcard it is the union of the matching events, narrowed by `name`; `PlaneEvent` is any event.
 */
export type PlaneEvent<P extends EventPattern = '**'> = P extends '**'
  ? NamedPlaneEvent<EventName> | UnknownPlaneEvent
  : NamedPlaneEvent<EventNameOf<P>>;
