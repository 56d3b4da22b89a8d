import { type EventName, EVENT_ALIASES, familyOfName } from '../../webhooks/events/event-table.js';
import { normaliseDelivery } from '../../webhooks/events/normalise.js';
import { parsePayload } from '../../webhooks/events/payload-parser.js';
import { type PlaneEvent } from '../../webhooks/events/plane-event.js';
import { agentPayload } from './agent-payload.js';
import { type AnyOverrides, type EventOverrides } from './event-overrides.js';
import { V1_RECORDS } from './sample-records.js';
import { v1Payload } from './v1-payload.js';
import { v2Payload } from './v2-payload.js';

/** Events that Plane has no v2 webhooks of. */
const V1_ONLY = new Set(['cycle_issue', 'module_issue', 'intake_issue', 'user']);

/**
 * An event as a handler receives it: a payload of Plane in the wanted shape, read by Hangar's own normaliser. With the
 * simulated Plane's ids (workspace `sandbox`, work item `WEB-1`), so that calls about it find something; each call
 * makes another event.
 *
 * @throws {TypeError} where Plane does not send the event in that shape
 */
export function eventOf<N extends EventName>(name: N, overrides: EventOverrides<N> = {}): PlaneEvent<N> {
  const given: AnyOverrides = overrides;
  const body = Buffer.from(JSON.stringify(payloadOf(name, given)));
  const receivedAt = given.receivedAt ?? new Date();
  const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt });
  return { ...event, ...(given.id !== undefined && { id: given.id }) } as PlaneEvent<N>;
}

function payloadOf(name: EventName, overrides: AnyOverrides): Record<string, unknown> {
  const family = familyOfName(name);
  const action = name.slice(family.length + 1);
  if (family === 'agent_run')
    return agentPayload(action, action === 'prompted' ? { ...overrides, prompt: { ...overrides.prompt } } : overrides);
  const { shape = V1_ONLY.has(family) ? 'v1' : 'v2' } = overrides;
  if (shape === 'v2' && !V1_ONLY.has(family)) return v2Payload(family, action, overrides);
  const event = v1NameOf(name) ?? family;
  if (shape === 'v2' || !(event in V1_RECORDS))
    throw new TypeError(`Plane does not send ${name} in the shape ${shape}.`);
  return v1Payload(event, action, overrides, shape);
}

/** `issue_comment` for `workitem.comment.created`. */
function v1NameOf(name: EventName): string | undefined {
  const alias = EVENT_ALIASES.find(
    (spelling) => spelling.endsWith(name.slice(name.lastIndexOf('.'))) && sameFamily(spelling, name),
  );
  return alias?.slice(0, alias.lastIndexOf('.'));
}

function sameFamily(alias: string, name: string): boolean {
  return familyOfName(alias) === familyOfName(name);
}
