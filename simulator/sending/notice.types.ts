import { type Project, type User, type WorkItem, type WorkItemFields } from '../world/world.types.js';
import { type Fields, type PlaneRecord } from '../world/record.types.js';
import { type PythonValue } from './python-json.js';

/** The shape of a webhook: Plane's v2, v1 as documented, v1 as the community edition sends it. */
export const SHAPES = ['v2', 'v1', 'ce'] as const;
/** One of {@link SHAPES}. */
export type Shape = (typeof SHAPES)[number];

/** A webhook to send. */
export interface Notice {
  /** `X-Plane-Event`. */
  readonly event: string;
  /** Decides what is retried: the community edition (`ce`) does not retry a 5xx. */
  readonly shape: Shape | 'agent' | 'raw';
  /** The body of one attempt; v2 repeats its `X-Plane-Delivery` in the body. */
  readonly body: (deliveryId: string) => Buffer;
  /** Sent instead of the valid signature; `null` omits the header. */
  readonly signature?: string | null;
}

/** What every payload about an entity contains. */
export interface EntityContext {
  readonly webhookId: string;
  readonly workspaceId: string;
  readonly actor: User;
  /** v2: the enum's text as event name and `"None"` for null. v1: `create` for `created`. */
  readonly warts: boolean;
}

/** What a payload about a work item needs. */
export interface NoticeContext extends EntityContext {
  readonly project: Project;
  readonly userById: (id: string) => User;
  /** `WEB-2`, of a work item by its id. */
  readonly keyOf: (id: string) => string;
}

/** What happened to an entity. */
export type EntityAction = 'created' | 'updated' | 'archived' | 'deleted';

/** One changed field of a work item. */
export interface FieldChange {
  readonly field: keyof WorkItemFields;
  readonly before: PythonValue;
  readonly after: PythonValue;
}

/** A part of a work item that was added, changed or removed: a reaction, its cycle, a relation. */
export interface PartChange {
  readonly verb: 'created' | 'updated' | 'deleted';
  /** Plane's name: `cycles`, `reaction`, `blocked_by`. */
  readonly field: string;
  /** By name. */
  readonly before: string | null;
  readonly after: string | null;
  readonly beforeId?: string | null;
  readonly afterId?: string | null;
}

/** What happened to a record. */
export interface RecordChange {
  /** v2's name of the event without its action: `cycle`, `workitem.link`. */
  readonly family: string;
  readonly action: EntityAction;
  readonly record: PlaneRecord;
  /** The work item that the record is a part of. */
  readonly item?: WorkItem | undefined;
  /** The old values of the changed fields. */
  readonly previous?: Fields;
}
