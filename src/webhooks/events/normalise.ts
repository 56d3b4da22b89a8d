import { malformed, MalformedPayloadError } from './malformed-payload.error.js';
import { isAgentPayload, normaliseAgent } from './normalise-agent.js';
import { normaliseV1 } from './normalise-v1.js';
import { normaliseV2 } from './normalise-v2.js';
import { type Delivery, type NormalisedEvent } from './normalised-event.js';
import { compact, fieldOf } from './payload-fields.js';
import { type PlaneEvent, type PlaneEventBase } from './plane-event.js';

function normalised(delivery: Delivery): NormalisedEvent {
  const { payload } = delivery;
  if (fieldOf(payload, 'version') === 'v2') return normaliseV2(payload);
  if (isAgentPayload(payload)) return normaliseAgent(delivery);
  if (Object.hasOwn(payload, 'event')) return normaliseV1(delivery);
  throw new MalformedPayloadError(malformed.unknownShape());
}

/**
 * The one event that handlers see, whichever of Plane's shapes arrived. A name that Hangar does not know is kept as
 * Plane wrote it (v1: `event.action`, in lower case). What the payload does not tell is an absent key.
 * Throws `MalformedPayloadError` where the payload has none of Plane's shapes.
 */
export function normaliseDelivery(delivery: Delivery): PlaneEvent {
  const { views, ...fields } = normalised(delivery);
  const event = {
    ...fields,
    action: fields.name.slice(fields.name.lastIndexOf('.') + 1),
    ...views,
    receivedAt: delivery.receivedAt,
    raw: delivery.payload,
  };
  return compact(event) as PlaneEvent;
}

/**
 * What makes an event the same as one received before. Keys of different shapes never coincide, nor do those of an
 * agent's run and of an activity of it.
 */
export function deliveryKey(event: Pick<PlaneEventBase, 'source' | 'id' | 'entityType'>): string {
  const kind = event.source === 'agent' ? `agent:${event.entityType}` : event.source;
  return `${kind}:${event.id}`;
}
