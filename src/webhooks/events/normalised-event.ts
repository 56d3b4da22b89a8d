import {
  type EventSource,
  type EventViews,
  type FieldChange,
  type PlaneActor,
  type PlaneRecord,
} from './plane-event.js';

/** A signed delivery, parsed. */
export interface Delivery {
  /** The raw bytes that were signed. */
  readonly body: Buffer;
  /** The parsed {@link body}. */
  readonly payload: Record<string, unknown>;
  readonly receivedAt: Date;
}

/** The common form of Plane's shapes, before it becomes a `PlaneEvent`. */
export interface NormalisedEvent {
  readonly id: string;
  readonly name: string;
  readonly workspaceId: string;
  readonly projectId: string | undefined;
  readonly entityId: string;
  readonly entityType: string;
  readonly data: PlaneRecord;
  readonly changes: Readonly<Record<string, FieldChange>>;
  readonly actor: PlaneActor | undefined;
  readonly source: EventSource;
  readonly views: Partial<EventViews>;
}
