import { type EventViews, type PlaneEventBase } from './plane-event.js';

/** A signed delivery, parsed. */
export interface Delivery {
  /** Of the stored delivery; the event's id where Plane sends none. Absent before it is stored. */
  readonly id?: string;
  /** The raw bytes that were signed. */
  readonly body: Buffer;
  /** The parsed {@link body}. */
  readonly payload: Record<string, unknown>;
  readonly receivedAt: Date;
}

/** The common form of Plane's shapes, before it becomes a `PlaneEvent`. */
export interface NormalisedEvent extends Omit<PlaneEventBase, 'action' | 'receivedAt' | 'raw'> {
  readonly views: Partial<EventViews>;
}
