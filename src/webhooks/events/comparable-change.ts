import { canonicalEventName, familyOfName } from './event-table.js';
import { RELATION_TYPES } from './entity-view.types.js';
import { type FieldChange } from './field-changes.js';
import { isMemberChange } from './work-item-changes.js';
import { fieldOf, idOf, isRecord, recordAt, timeOf } from './payload-fields.js';
import { type PlaneEvent } from './plane-event.js';

/** One change that an event announces, in terms that all of Plane's shapes and its API have in common. */
export interface ComparableChange {
  /** The entity, and what of it changed: `workitem 775c… state`. */
  readonly key: string;
  /** The new value; absent where the event does not say it. */
  readonly value?: string;
  /** When it happened, ms since 1970; absent for what happens once in an entity's life. */
  readonly atMs?: number;
  /** Where the time is not known exactly: the earliest; `atMs` is the latest then. */
  readonly fromMs?: number;
}

/** Names of one field in the shapes of Plane and in its API. */
const SAME_FIELDS: Readonly<Record<string, string>> = {
  state: 'state',
  state_id: 'state',
  assignees: 'assignees',
  assignee_ids: 'assignees',
  labels: 'labels',
  label_ids: 'labels',
  parent: 'parent',
  parent_id: 'parent',
  type: 'type',
  type_id: 'type',
  estimate_point: 'estimate',
  estimate_point_id: 'estimate',
  estimate_points: 'estimate',
  estimate_categories: 'estimate',
  estimate_time: 'estimate',
  link_id: 'link',
  cycle_id: 'cycles',
  module_id: 'modules',
  reaction_id: 'reaction',
  description: 'description',
  description_html: 'description',
  comment_html: 'text',
  comment_stripped: 'text',
  ...Object.fromEntries(RELATION_TYPES.map((type) => [type, 'relation'])),
};

/** Fields whose value is an id, or a list of ids, in the field of the second name. */
const BY_ID: Readonly<Record<string, string>> = {
  state: 'state_id',
  assignees: 'assignee_ids',
  labels: 'label_ids',
  parent: 'parent_id',
  type: 'type_id',
  estimate: 'estimate_point',
  link: 'link_id',
  cycles: 'cycle_id',
  modules: 'module_id',
};

/** Parts of a work item that v2 announces as events of their own, v1 as a field of the work item. */
const PARTS: Readonly<Record<string, 'link' | 'attachment' | 'relation'>> = {
  'workitem.link': 'link',
  'workitem.attachment': 'attachment',
  'workitem.relation': 'relation',
  'workitem.dependency': 'relation',
};

/** What else moves with a change, and is none itself. */
const NOT_CHANGES: ReadonlySet<string> = new Set(['updated_at', 'updated_by', 'updated_by_id', 'completed_at']);

/**
 * The changes that an event announces: one for each field, or one for an entity that was created or deleted. By them a
 * webhook and what the API shows are recognised as the same.
 */
export function comparableChanges(event: PlaneEvent): ComparableChange[] {
  const name = canonicalEventName(event.name) ?? event.name;
  const family = familyOfName(name);
  const part = PARTS[family];
  if (part !== undefined) {
    const id = idOf(event[part]);
    const key = `workitem ${event.workItem?.id ?? event.entityId} ${part}`;
    return [{ key, ...(id !== undefined && part !== 'relation' && { value: id }), ...timesOf(event) }];
  }
  const entity = `${family} ${entityIdOf(family, event)}`;
  const { action } = event;
  if (action === 'created' || action === 'deleted') return [{ key: `${entity} ${action}` }];
  const fields = Map.groupBy(
    Object.entries(event.changes).filter(([field, change]) => change && !NOT_CHANGES.has(field)),
    ([field]) => SAME_FIELDS[field] ?? field,
  );
  return [...fields].map(([field, changes]) => ({
    key: `${entity} ${field}`,
    ...valueOf(field, new Map(changes), event),
    ...timesOf(event),
  }));
}

/** Whether both may be the same change: the same field with the same new value, as far as both say it. */
export function isSameChange(one: ComparableChange, other: ComparableChange): boolean {
  return one.key === other.key && (one.value === undefined || other.value === undefined || one.value === other.value);
}

function entityIdOf(family: string, event: PlaneEvent): string {
  if (family.endsWith('.comment')) return event.comment?.id ?? event.entityId;
  return family === 'workitem' ? (event.workItem?.id ?? event.entityId) : event.entityId;
}

function valueOf(
  field: string,
  changes: ReadonlyMap<string, FieldChange | undefined>,
  event: PlaneEvent,
): { value?: string } {
  // Of a list of which the webhook names one member, the list before is not known.
  if (isMemberChange(recordAt(event.raw, 'activity'))) return {};
  if (field === 'text') return event.comment ? { value: squashed(event.comment.text) } : {};
  if (field === 'archived_at') return { value: String(isArchived(event, changes)) };
  const byId = changes.get(BY_ID[field] ?? '') ?? changes.get(`${BY_ID[field]}_id`);
  const known = byId ?? [...changes.values()].find((change) => change && 'new' in change);
  if (!known || !('new' in known)) return {};
  return { value: textOfValue(known.new) };
}

function isArchived({ name }: PlaneEvent, changes: ReadonlyMap<string, FieldChange | undefined>): boolean {
  const now = changes.get('archived_at')?.new;
  return name.endsWith('.archived') || (now !== null && now !== undefined && now !== 'restore');
}

/** An empty value is written in several ways; a list has no order. */
function textOfValue(value: unknown): string {
  if (value === null || value === undefined || value === '' || value === 'None') return '';
  if (Array.isArray(value))
    return JSON.stringify(value.map((each) => textOfValue(isRecord(each) ? each['id'] : each)).toSorted());
  return typeof value === 'string' ? squashed(value) : JSON.stringify(value);
}

function squashed(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** v2 nests a comment, a link … in its work item. */
function partOf(data: PlaneEvent['data']): PlaneEvent['data'] | undefined {
  const names = ['comment', ...new Set(Object.values(PARTS))];
  return names.map((name) => fieldOf(data, name)).find((part) => isRecord(part));
}

/** Plane's time of what the event is about, ms since 1970: the entity's after the change. Where it has none, that of its receipt. */
export function changedAtMs(event: PlaneEvent): number {
  return timesOf(event).atMs;
}

function timesOf({ data, raw, receivedAt }: PlaneEvent): { atMs: number; fromMs?: number } {
  const fromMs = timeOf(fieldOf(raw, 'occurred_from'));
  const record = partOf(data) ?? data;
  const values = [fieldOf(raw, 'occurred_at'), fieldOf(record, 'edited_at'), fieldOf(record, 'updated_at')];
  const atMs = values.map(timeOf).find((each) => each !== undefined) ?? receivedAt.getTime();
  return { atMs, ...(fromMs !== undefined && { fromMs }) };
}
