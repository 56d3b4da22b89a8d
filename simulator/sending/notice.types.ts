import { type Project, type User, type WorkItemFields } from '../world/world.types.js';
import { type PythonValue } from './python-json.js';

/** How a webhook looks: Plane's v2, v1 as documented, v1 as the open-source edition sends it. */
export const SHAPES = ['v2', 'v1', 'ce'] as const;
/** One of {@link SHAPES}. */
export type Shape = (typeof SHAPES)[number];

/** One webhook to be sent. */
export interface Notice {
  /** `X-Plane-Event`. */
  readonly event: string;
  /** Decides what is sent again: CE's does not retry a 5xx. */
  readonly shape: Shape | 'agent' | 'raw';
  /** The bytes for one attempt, whose `X-Plane-Delivery` is given: v2 repeats it in the body. */
  readonly body: (deliveryId: string) => Buffer;
  /** Sent instead of the right signature; `null` leaves the header out. */
  readonly signature?: string | null;
}

/** What every payload about an entity needs to know. */
export interface NoticeContext {
  readonly webhookId: string;
  readonly workspaceId: string;
  readonly actor: User;
  readonly project: Project;
  readonly userById: (id: string) => User;
  /** v2: the enum's text as event name and `"None"` for null. v1: `create` for `created`. */
  readonly warts: boolean;
}

/** What happened to an entity. */
export type EntityAction = 'created' | 'updated' | 'deleted';

/** One changed field of a work item. */
export interface FieldChange {
  readonly field: keyof WorkItemFields;
  readonly before: PythonValue;
  readonly after: PythonValue;
}
