import { fieldOf, idOf } from '../webhooks/events/payload-fields.js';
import { type PlaneRecord } from '../webhooks/events/plane-event.js';
import { isWithin, type ShownChange, type Span } from './item-changes.js';
import { timeIn } from './plane-reads.js';

/** What Plane shows of the entities of these kinds: the list alone, without a history. */
export type ListedKind = 'project' | 'cycle' | 'module';

/** What is remembered of an entity: its compared fields, by Plane's names. */
type RememberedEntity = Readonly<Record<string, unknown>>;

/** By id. */
export type RememberedList = Readonly<Record<string, RememberedEntity>>;

/** Plane's other fields are counts that move with other entities. */
const FIELDS: Readonly<Record<ListedKind, readonly string[]>> = {
  project: ['name', 'identifier', 'description', 'network', 'project_lead', 'default_assignee', 'archived_at'],
  cycle: ['name', 'description', 'start_date', 'end_date', 'owned_by', 'archived_at'],
  module: ['name', 'description', 'status', 'start_date', 'target_date', 'lead', 'members', 'archived_at'],
};

/** What a list shows of changes, compared with the list that is remembered. */
export interface ListDifference {
  readonly changes: readonly ShownChange[];
  /** Entities that changed although nothing of their earlier fields is known. */
  readonly unknown: readonly PlaneRecord[];
  /** Ids that are not in the list any more. */
  readonly vanished: readonly string[];
}

/** What to remember of a list. */
export function rememberedOf(kind: ListedKind, list: readonly PlaneRecord[]): RememberedList {
  return Object.fromEntries(
    list.map((entity) => [
      idOf(entity) ?? '',
      Object.fromEntries(FIELDS[kind].map((field) => [field, fieldOf(entity, field) ?? null])),
    ]),
  );
}

/**
 * The changes between a remembered list and this one. Who changed a field is not known; a change that was reversed in
 * between is not seen.
 *
 * @param before `undefined` where none is remembered
 */
export function listDifference(
  kind: ListedKind,
  before: { readonly entities: RememberedList; readonly readAt: Date } | undefined,
  list: readonly PlaneRecord[],
  span: Span,
): ListDifference {
  const known = new Map(Object.entries(before?.entities ?? {}));
  const fromMs = before?.readAt.getTime() ?? span.sinceMs;
  const changes = list.flatMap((entity) => changesOf(kind, known.get(idOf(entity) ?? ''), entity, span, fromMs));
  const ids = new Set(list.map((entity) => idOf(entity)));
  const unknown = list.filter((entity) => {
    const [createdMs, updatedMs] = [timeIn(entity, 'created_at') ?? 0, timeIn(entity, 'updated_at') ?? 0];
    return !known.has(idOf(entity) ?? '') && createdMs <= span.sinceMs && isWithin(span, updatedMs);
  });
  return { changes, unknown, vanished: [...known.keys()].filter((id) => !ids.has(id)) };
}

/** An entity that is gone from its list and its archive. */
export function deletedEntity(kind: ListedKind, id: string, projectId: string, atMs: number): ShownChange {
  const data = kind === 'project' ? { id } : { id, project: projectId };
  const activity = { actor: null, field: null };
  return { eventId: `${kind}:${id}:deleted`, atMs, event: kind, action: 'deleted', data, activity };
}

/** An entity that is found in its archive. */
export function archivedEntity(kind: ListedKind, entity: PlaneRecord, between: readonly [number, number]): ShownChange {
  const archivedAt = fieldOf(entity, 'archived_at') ?? new Date(between[1]).toISOString();
  return fieldChange(kind, entity, 'archived_at', null, archivedAt, between);
}

function changesOf(
  kind: ListedKind,
  known: RememberedEntity | undefined,
  entity: PlaneRecord,
  span: Span,
  fromMs: number,
): ShownChange[] {
  const id = idOf(entity) ?? '';
  const createdMs = timeIn(entity, 'created_at') ?? 0;
  if (!known) {
    if (!isWithin(span, createdMs)) return [];
    const activity = { actor: personOf(entity, 'created_by'), field: null };
    return [{ eventId: `${kind}:${id}`, atMs: createdMs, event: kind, action: 'created', data: entity, activity }];
  }
  const changed = Object.entries(known).filter(([field, old]) => !isEqual(old, fieldOf(entity, field) ?? null));
  const atMs = timeIn(entity, 'updated_at') ?? span.untilMs;
  return changed.map(([field, old]) =>
    fieldChange(kind, entity, field, old, fieldOf(entity, field) ?? null, [fromMs, atMs]),
  );
}

function fieldChange(
  kind: ListedKind,
  entity: PlaneRecord,
  field: string,
  old: unknown,
  now: unknown,
  [fromMs, atMs]: readonly [fromMs: number, atMs: number],
): ShownChange {
  const activity = { actor: personOf(entity, 'updated_by'), field, old_value: old, new_value: now };
  const eventId = `${kind}:${idOf(entity) ?? ''}:${field}:${atMs}`;
  return { eventId, atMs, fromMs, event: kind, action: 'updated', data: entity, activity };
}

function personOf(entity: PlaneRecord, field: string): PlaneRecord | null {
  const id = idOf(fieldOf(entity, field));
  return id === undefined ? null : { id };
}

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
