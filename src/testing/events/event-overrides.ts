import { type EventName } from '../../webhooks/events/event-table.js';
import { compact } from '../../webhooks/events/payload-fields.js';
import { type FieldChange } from '../../webhooks/events/field-changes.js';
import {
  type EventViews,
  type PlaneActor,
  type PlaneEvent,
  type PlaneRecord,
} from '../../webhooks/events/plane-event.js';

/** `v2`; `v1`, as Plane's documentation has it; `ce`: v1 as the community edition sends it. */
export type EventShape = 'v1' | 'v2' | 'ce';

/** The views that an event of the name can have, each to be given in part. */
type ViewOverrides<N extends EventName> = {
  readonly [V in keyof EventViews as Exclude<PlaneEvent<N>[V], undefined> extends never ? never : V]?: Partial<
    EventViews[V]
  >;
};

/** What differs from the sample of an event. Ids may be any texts. */
export type EventOverrides<N extends EventName = EventName> = ViewOverrides<N> & {
  /** How Plane sends it; default `v2`, or `v1` where v2 does not have the event. Agents' events have one shape. */
  readonly shape?: EventShape;
  /** The idempotency key; another one with each call by default. */
  readonly id?: string;
  readonly workspaceId?: string;
  readonly projectId?: string;
  /** Plane's id of the entity. */
  readonly entityId?: string;
  /** Who did it. */
  readonly actor?: Partial<PlaneActor>;
  /** What changed, by field; of v1 one field an event. Default for updates: the priority, or the name. */
  readonly changes?: Readonly<Record<string, FieldChange>>;
  /** Fields of the entity in Plane's own spelling; they win. */
  readonly data?: PlaneRecord;
  readonly receivedAt?: Date;
};

/** The overrides of any event, as the payloads' builders read them. */
export type AnyOverrides = Omit<EventOverrides, keyof EventViews> & {
  readonly [V in keyof EventViews]?: Partial<EventViews[V]>;
};

/** The fields that are given, under the names that the payload has. */
export function renamed<T extends object>(
  given: T | undefined,
  names: Readonly<Partial<Record<keyof T, string>>>,
): Record<string, unknown> {
  const entries = Object.entries(names).map(([field, name]) => [name, given?.[field as keyof T]] as const);
  return compact(Object.fromEntries(entries) as Record<string, unknown>);
}
