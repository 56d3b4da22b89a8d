import { type FieldChange, type PlaneEvent } from '../events/plane-event.js';

/**
 * Those of the events behind the first that become one with it: updates of the same entity by the same person that
 * arrived within the time, up to the first that is something else.
 */
export function duplicatesOf(
  first: PlaneEvent,
  behind: readonly PlaneEvent[],
  withinSeconds: number,
): PlaneEvent[] {
  if (first.action !== 'updated') return [];
  const latest = first.receivedAt.getTime() + withinSeconds * 1000;
  const end = behind.findIndex((event) => !isDouble(first, event) || event.receivedAt.getTime() > latest);
  return end === -1 ? [...behind] : behind.slice(0, end);
}

/** One event of all: the first one's id and time, the last one's entity, the changes of all. */
export function coalesced(first: PlaneEvent, doubles: readonly PlaneEvent[]): PlaneEvent {
  const last = doubles.at(-1);
  if (!last) return first;
  const changes: Record<string, FieldChange> = {};
  for (const event of [first, ...doubles])
    for (const [field, change] of Object.entries(event.changes))
      changes[field] = Object.hasOwn(changes, field) ? followed(changes[field], change) : change;
  return { ...last, id: first.id, receivedAt: first.receivedAt, changes };
}

/** A field that changed twice changed from the first's old to the last's new. */
function followed(first: FieldChange | undefined, then: FieldChange): FieldChange {
  return { ...first, ...(Object.hasOwn(then, 'new') && { new: then.new }) };
}

function isDouble(first: PlaneEvent, event: PlaneEvent): boolean {
  const same = event.name === first.name && event.entityId === first.entityId;
  return same && event.actor?.id === first.actor?.id;
}
