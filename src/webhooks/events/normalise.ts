import { isIdentifiedByContent } from './event-identity.js';
import { malformed, MalformedPayloadError } from './malformed-payload.error.js';
import { isAgentPayload, normaliseAgent } from './normalise-agent.js';
import { isCatchUpPayload, normaliseCatchUp } from './normalise-catch-up.js';
import { normaliseUnknown } from './normalise-unknown.js';
import { normaliseV1 } from './normalise-v1.js';
import { normaliseV2 } from './normalise-v2.js';
import { type Delivery, type NormalisedEvent } from './normalised-event.js';
import { compact, fieldOf } from './payload-fields.js';
import { type PlaneEvent } from './plane-event.js';

function normalised(delivery: Delivery): NormalisedEvent {
  const { payload } = delivery;
  if (fieldOf(payload, 'version') === 'v2') return normaliseV2(payload);
  if (isCatchUpPayload(payload)) return normaliseCatchUp(delivery);
  if (isAgentPayload(payload)) return normaliseAgent(delivery);
  if (Object.hasOwn(payload, 'event')) return normaliseV1(delivery);
  throw new MalformedPayloadError(malformed.unknownShape());
}

function eventOf(delivery: Delivery, { views, ...fields }: NormalisedEvent): PlaneEvent {
  const byDelivery = isIdentifiedByContent({ ...fields, raw: delivery.payload });
  const event = {
    ...fields,
    id: delivery.id !== undefined && byDelivery ? delivery.id : fields.id,
    action: fields.name.slice(fields.name.lastIndexOf('.') + 1),
    ...views,
    receivedAt: delivery.receivedAt,
    raw: delivery.payload,
  };
  return compact(event) as PlaneEvent;
}

/**
 * The event that handlers receive, the same for each of Plane's shapes. A name that is unknown to Hangar stays as Plane
 * wrote it (v1: `event.action`, in lower case). What the payload lacks is an absent key.
 *
 * @throws {MalformedPayloadError} where the payload has none of Plane's shapes
 */
export function normaliseDelivery(delivery: Delivery): PlaneEvent {
  return eventOf(delivery, normalised(delivery));
}

/** The same to store it: a payload of none of the shapes is an event of the name and source `unknown`. */
export function normaliseReceived(delivery: Delivery): PlaneEvent {
  try {
    return normaliseDelivery(delivery);
  } catch (error) {
    if (!(error instanceof MalformedPayloadError)) throw error;
    return eventOf(delivery, normaliseUnknown(delivery));
  }
}
