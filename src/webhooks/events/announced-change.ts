import { createHash } from 'node:crypto';
import { fieldKey, isListKey, isMemberChange, twinOf } from './work-item-changes.js';
import { type FieldChange } from './field-changes.js';
import { fieldOf, recordAt, textOf, timeOf } from './payload-fields.js';
import { type PlaneEvent } from './plane-event.js';

/** A change of one field of a work item, as one webhook of v1 announces it. */
export interface AnnouncedChange {
  /** The same for every webhook about this field of this work item. */
  readonly group: string;
  /** The field as the webhook names it: `state`, `state_id`. */
  readonly field: string;
  /** The user's id; empty where the webhook has none. */
  readonly actor: string;
  /** Equal for equal old and new values, by id where the webhook has ids. */
  readonly values: string;
  /** Of a list: what was added (`+id`) and removed (`-id`). */
  readonly members: readonly string[];
  /** It names one member of a list, whose complete change is announced by another webhook. */
  readonly isMember: boolean;
  /** `updated_at` of the work item when the webhook was made: usually the time of the change. Milliseconds. */
  readonly updatedAt: number;
}

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string').toSorted() : [];

function differences({ old, new: now }: FieldChange): readonly string[] {
  const [before, after] = [listOf(old), listOf(now)];
  const added = after.filter((id) => !before.includes(id)).map((id) => `+${id}`);
  return [...added, ...before.filter((id) => !after.includes(id)).map((id) => `-${id}`)];
}

const hash = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** {@link AnnouncedChange.group} of a field of the event's work item. */
export function groupOf({ workspaceId, entityId }: Pick<PlaneEvent, 'workspaceId' | 'entityId'>, key: string): string {
  return hash(workspaceId, entityId, key);
}

function valuesText(isList: boolean, { old = null, new: now = null }: FieldChange): string {
  return JSON.stringify(isList ? [listOf(old), listOf(now)] : [old, now]);
}

/**
 * The change that a v1 webhook about an updated work item announces, so that other webhooks about the same change are found;
 * `undefined` for every other webhook, and without `updated_at`, by which they are found.
 */
export function announcedChangeOf(event: PlaneEvent): AnnouncedChange | undefined {
  const { source, name, raw, data, changes, actor } = event;
  const activity = recordAt(raw, 'activity');
  const field = textOf(fieldOf(activity, 'field'));
  const updatedAt = timeOf(fieldOf(data, 'updated_at'));
  if (source !== 'v1' || name !== 'workitem.updated' || field === undefined || updatedAt === undefined)
    return undefined;
  // Plane announces these once: equal ones have a removal in between, whose webhook has no time.
  if (twinOf(field)?.isOnce) return undefined;
  const key = fieldKey(field);
  const isList = isListKey(key);
  const change = changes[key] ?? changes[field] ?? {};
  return {
    group: groupOf(event, key),
    field,
    actor: actor?.id ?? '',
    values: hash(valuesText(isList, change)),
    members: isList ? differences(change) : [],
    isMember: isMemberChange(activity),
    updatedAt,
  };
}

/**
 * Whether the webhook announces a member of a new work item's list: v0.23.1 to v0.26.0 of the community edition send this
 * before `created`.
 */
export function announcesNewWorkItem({ data }: PlaneEvent, { isMember, updatedAt, members }: AnnouncedChange): boolean {
  const createdAt = timeOf(fieldOf(data, 'created_at'));
  const isNew = createdAt !== undefined && updatedAt - createdAt <= NEW_MS;
  return isMember && isNew && members.every((each) => each.startsWith('+'));
}

/** So long after its creation a work item is saved again, with its members. */
const NEW_MS = 2000;
