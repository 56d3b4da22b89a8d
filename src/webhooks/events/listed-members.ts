import { groupOf } from './announced-change.js';
import { fieldOf, idOf, textOf } from './payload-fields.js';
import { type PlaneEvent } from './plane-event.js';

/** The lists of a work item: the key of their changes, Plane's field, and the view's. */
const LISTS = [
  { key: 'assignee_ids', field: 'assignees', view: 'assigneeIds' },
  { key: 'label_ids', field: 'labels', view: 'labelIds' },
] as const;

type List = (typeof LISTS)[number];

const rawIds = ({ data }: PlaneEvent, { field }: List): (string | undefined)[] => {
  const value = fieldOf(data, field);
  return Array.isArray(value) ? value.map(idOf) : [];
};

/** The lists that the event does not change and that are not empty: only those can have removed members. */
function unchangedLists(event: PlaneEvent): readonly List[] {
  if (event.source !== 'v1' || event.name !== 'workitem.updated') return [];
  return LISTS.filter((list) => event.changes[list.key] === undefined && rawIds(event, list).length > 0);
}

/** The groups of changes (`announced-change.ts`) of the lists that a webhook about another field may have wrong. */
export function listGroupsOf(event: PlaneEvent): readonly string[] {
  return unchangedLists(event).map(({ key }) => groupOf(event, key));
}

/** The same of the lists of a work item that was created with members. */
export function createdListsOf(event: PlaneEvent): readonly string[] {
  if (event.source !== 'v1' || event.name !== 'workitem.created') return [];
  return LISTS.filter((list) => rawIds(event, list).length > 0).map(({ key }) => groupOf(event, key));
}

/** Plane's id of the webhook; empty where the payload has none. */
export function webhookIdOf({ raw }: PlaneEvent): string {
  return textOf(fieldOf(raw, 'webhook_id')) ?? '';
}

/**
 * Whether the payload shows that this Plane still lists members that were removed, as the community edition before v1.0 does: one
 * is listed twice, or is not in the list after the change.
 */
export function listsRemovedMembers(event: PlaneEvent): boolean {
  if (event.source !== 'v1' || event.name !== 'workitem.updated') return false;
  return LISTS.some((list) => {
    const ids = rawIds(event, list);
    const now = event.changes[list.key]?.new;
    const isStale = Array.isArray(now) && ids.some((id) => !now.includes(id));
    return isStale || new Set(ids).size < ids.length;
  });
}

/** The event with the lists after their last changes. @param lastChanges the events that changed the lists last */
export function withLastLists<E extends PlaneEvent>(event: E, lastChanges: readonly PlaneEvent[]): E {
  const known = unchangedLists(event).flatMap(({ key, view }) => {
    const now = lastChanges.map(({ changes }) => changes[key]?.new).find((ids) => Array.isArray(ids));
    return now === undefined ? [] : [[view, now] as const];
  });
  if (known.length === 0) return event;
  return { ...event, workItem: { ...event.workItem, ...Object.fromEntries(known) } };
}
