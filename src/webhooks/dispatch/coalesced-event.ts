import { announcedChangeOf } from '../events/announced-change.js';
import { type FieldChange } from '../events/field-changes.js';
import { type PlaneEvent } from '../events/plane-event.js';

/**
 * The events behind the first that are coalesced with it: updates of the same entity by the same person that arrived within
 * the time, up to the first event that is anything else, or that waits for the complete change of a list.
 */
export function updatesToCoalesce(
  first: PlaneEvent,
  behind: readonly PlaneEvent[],
  withinSeconds: number,
): PlaneEvent[] {
  if (first.action !== 'updated') return [];
  const latest = first.receivedAt.getTime() + withinSeconds * 1000;
  const isIncomplete = (event: PlaneEvent): boolean => isMember(event) && !isAnnouncedBy(event, [first, ...behind]);
  const end = behind.findIndex(
    (event) => !isFurtherUpdate(first, event) || event.receivedAt.getTime() > latest || isIncomplete(event),
  );
  return end === -1 ? [...behind] : behind.slice(0, end);
}

/** One event of all: the id and time of the first, the entity of the last, the changes of all. */
export function coalesced(first: PlaneEvent, updates: readonly PlaneEvent[]): PlaneEvent {
  const last = updates.at(-1);
  if (!last) return first;
  const changes: Record<string, FieldChange> = {};
  for (const event of [first, ...updates.filter((update) => !isMember(update))])
    for (const [field, change = {}] of Object.entries(event.changes))
      changes[field] = Object.hasOwn(changes, field) ? changedTwice(changes[field], change) : change;
  return { ...last, id: first.id, receivedAt: first.receivedAt, changes };
}

/** From the first change's old value to the second one's new value. */
function changedTwice(first: FieldChange | undefined, second: FieldChange): FieldChange {
  return { ...first, ...(Object.hasOwn(second, 'new') && { new: second.new }) };
}

/** Whether the event announces one member of a list. */
function isMember(event: PlaneEvent): boolean {
  return announcedChangeOf(event)?.isMember === true;
}

/** Whether one of the events has the complete change of the list. */
function isAnnouncedBy(member: PlaneEvent, events: readonly PlaneEvent[]): boolean {
  const { group, members = [] } = announcedChangeOf(member) ?? {};
  return events.some((event) => {
    const list = announcedChangeOf(event);
    return list?.group === group && list?.isMember === false && members.every((each) => list.members.includes(each));
  });
}

function isFurtherUpdate(first: PlaneEvent, event: PlaneEvent): boolean {
  const same = event.name === first.name && event.entityId === first.entityId;
  return same && event.actor?.id === first.actor?.id;
}
