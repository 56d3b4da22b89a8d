import { type Delivery, type NormalisedEvent } from './normalised-event.js';
import { normaliseV1 } from './normalise-v1.js';
import { fieldOf, requiredText, textOf } from './payload-fields.js';
import { type PlaneRecord } from './plane-event.js';

/** The source of events that were read from Plane's API, because no webhook announced them. */
export const CATCH_UP = 'catch-up';

/** Whether Hangar made this payload of what Plane's API shows; no webhook of Plane's has a `source`. */
export function isCatchUpPayload(payload: PlaneRecord): boolean {
  return fieldOf(payload, 'source') === CATCH_UP && textOf(fieldOf(payload, 'event_id')) !== undefined;
}

/**
 * Normalises the payload of a recovered change: v1's shape, with an `event_id` that is made of Plane's own id of the change.
 *
 * @throws {MalformedPayloadError} as for v1, and where `event_id` is missing
 */
export function normaliseCatchUp(delivery: Pick<Delivery, 'body' | 'payload'>): NormalisedEvent {
  return { ...normaliseV1(delivery), id: requiredText(delivery.payload, 'event_id'), source: CATCH_UP };
}
