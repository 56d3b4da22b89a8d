import { isUtf8 } from 'node:buffer';
import { type DeliveryOutcome } from '../../webhooks/deliveries/outcome.js';
import { type StoredWebhook } from '../../webhooks/deliveries/stored-webhook.js';
import { normaliseDelivery } from '../../webhooks/events/normalise.js';
import { parsePayload } from '../../webhooks/events/payload-parser.js';
import { type DeliveryDto, type PayloadDto } from './delivery.dto.js';
import { EventDto } from './event.dto.js';
import { deliverySummary } from './listed-delivery.dto.js';
import { OutcomeDto } from './outcome.dto.js';

/** Tells a delivery. @param whole also what it holds */
export function deliveryView(
  delivery: StoredWebhook,
  outcomes: readonly DeliveryOutcome[],
  slugs: ReadonlyMap<string, string>,
  whole: boolean,
): DeliveryDto {
  const told = { ...deliverySummary(delivery, slugs), outcomes: outcomes.map(OutcomeDto.of) };
  if (!whole) return told;
  const payload = payloadIn(delivery.body);
  const normalised = payload && eventOf(delivery, payload);
  return { ...told, ...(normalised && { normalised }), payload: payloadView(delivery, payload) };
}

function payloadView(
  { body, headers, secretFingerprint }: StoredWebhook,
  json: object | undefined,
): PayloadDto {
  const text = !json && isUtf8(body) ? body.toString() : undefined;
  return {
    headers,
    size: body.length,
    base64: body.toString('base64'),
    ...(json && { json }),
    ...(text !== undefined && { text }),
    secretFingerprint,
  };
}

/** What an older release took may be nothing that this one reads; its bytes are told all the same. */
function payloadIn(body: Buffer): Record<string, unknown> | undefined {
  try {
    return parsePayload(body);
  } catch {
    return undefined;
  }
}

function eventOf(
  { body, receivedAt }: StoredWebhook,
  payload: Record<string, unknown>,
): EventDto | undefined {
  try {
    return EventDto.of(normaliseDelivery({ body, receivedAt, payload }));
  } catch {
    return undefined;
  }
}
