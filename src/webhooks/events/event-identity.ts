import { canonicalEventName, familyOfName } from './event-table.js';
import { fieldOf, recordAt, textOf } from './payload-fields.js';
import { type PlaneEventBase } from './plane-event.js';

/** Marks the keys of v1 webhooks that Plane sends once in an entity's life. */
export const ONCE = 'v1-once';

/** What identifies an event. */
type Identity = Pick<PlaneEventBase, 'source' | 'id' | 'name' | 'entityId' | 'entityType' | 'raw'>;

/** Families whose `data` is the entity itself: it is created once and deleted once. */
const SINGLE: ReadonlySet<string> = new Set(['workitem', 'workitem.comment', 'project']);
/** `activity.field` where it names the entity itself and not a part of it; of a comment `description`, its text. */
const WHOLE: ReadonlySet<string | undefined> = new Set([
  undefined,
  'issue',
  'draft',
  'comment',
  'description',
  'project',
]);

/** Whether it can only happen once, so that an equal body is Plane's retry, or a replay, however late it comes. */
function happensOnce({ name, entityId, raw }: Identity): boolean {
  const whole = WHOLE.has(textOf(fieldOf(recordAt(raw, 'activity'), 'field')));
  return entityId !== '' && whole && SINGLE.has(familyOfName(name)) && /\.(?:created|deleted)$/.test(name);
}

/**
 * Whether the payload names nothing that distinguishes the event from a later one with the same content, such as a work
 * item that is taken off a cycle for the second time: v1 has neither an event id nor a time.
 */
export function isIdentifiedByContent(event: Identity): boolean {
  if (event.source === 'unknown') return true;
  if (event.source === 'v1') return !happensOnce(event);
  return event.source === 'agent' && canonicalEventName(event.name) === undefined;
}

/** The key by which a duplicate is recognised. It differs between shapes, and between an agent's run and its activities. */
export function deliveryKey(event: Identity): string {
  if (event.source === 'agent') return `agent:${event.entityType}:${event.id}`;
  return `${event.source === 'v1' && happensOnce(event) ? ONCE : event.source}:${event.id}`;
}
