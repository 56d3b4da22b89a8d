import { type EventNameOf, type EventPattern } from './event-pattern.js';
import { type ActionOf, type AlwaysOf, type EventName, type SometimesOf, type ViewName } from './event-table.js';

/** The shape of Plane's payload. No handler receives an event of an `unknown` shape. */
type EventSource = 'v1' | 'v2' | 'agent' | 'unknown';

/** An object of a payload, as it was parsed. */
export type PlaneRecord = Readonly<Record<string, unknown>>;

/** The work item that an event is about, with the fields that the payload has; ids are Plane's UUIDs. */
export interface WorkItemView {
  readonly id: string;
  readonly name?: string;
  readonly projectId?: string;
  readonly stateId?: string;
  readonly assigneeIds?: readonly string[];
  readonly labelIds?: readonly string[];
  /** `urgent`, `high`, `medium`, `low` or `none`. */
  readonly priority?: string;
  /** Where another system made it: that system's id and name. */
  readonly externalId?: string;
  readonly externalSource?: string;
}

/** The comment that an event is about. */
export interface CommentView {
  readonly id: string;
  /** Without markup; empty where the payload has no text, as for a deleted comment or an agent run. */
  readonly text: string;
  readonly html?: string;
  readonly actorId?: string;
}

/** The agent run that an event is about. */
export interface AgentRunView {
  readonly id: string;
  /** `created`, `in_progress`, `awaiting`, `completed`, `stopping`, `stopped`, `failed`, `stale`; otherwise `unknown`. */
  readonly status: string;
}

/** A user's message to the agent. */
export interface PromptView {
  readonly id: string;
  readonly text: string;
  /** `continue`, or `stop`: stop now; other values are passed on unchanged. */
  readonly signal: string;
}

/** Every view by its name. */
export interface EventViews {
  readonly workItem: WorkItemView;
  readonly comment: CommentView;
  readonly agentRun: AgentRunView;
  readonly prompt: PromptView;
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

/** A changed field; a key is absent where Plane does not send that side. */
export interface FieldChange {
  readonly old?: unknown;
  readonly new?: unknown;
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
  /** By field. */
  readonly changes: Readonly<Record<string, FieldChange>>;
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
  ? PlaneEventBase & { readonly name: N; readonly action: ActionOf<N> } & ViewsOf<AlwaysOf<N>, SometimesOf<N>>
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
