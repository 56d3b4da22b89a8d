import { fieldOf, idAt, idOf, idsAt, isRecord, textOf } from '../webhooks/events/payload-fields.js';
import { type PlaneRecord } from '../webhooks/events/plane-event.js';
import { timeIn } from './plane-reads.js';

/** A change that Plane's API shows, before it becomes a payload. */
export interface ShownChange {
  /** Made of Plane's own id of the change: the same whenever it is read. */
  readonly eventId: string;
  readonly atMs: number;
  /** The earliest time where it is not known exactly; `atMs` is the latest then. */
  readonly fromMs?: number;
  /** `issue`, `issue_comment`, `cycle` … as v1 names it. */
  readonly event: string;
  readonly action: 'created' | 'updated' | 'deleted';
  readonly data: PlaneRecord;
  /** v1's `activity`. */
  readonly activity: PlaneRecord;
}

/** A work item as a list shows it; without `data` for one that is in none. */
export interface ShownItem {
  readonly id: string;
  readonly projectId: string;
  readonly data: PlaneRecord | null;
}

/** A time span, ms since 1970: later than `since`, not later than `until`. */
export interface Span {
  readonly sinceMs: number;
  readonly untilMs: number;
}

/** Activities of one edit are made within this time. */
const SAME_EDIT_MS = 1000;
/** Fields that list persons or labels: Plane has an activity for each that was added or removed. */
const LISTS: Readonly<Record<string, string>> = { assignees: 'assignee_ids', labels: 'label_ids' };
/** `activity.field` where a whole work item was created or deleted. */
const WHOLE: ReadonlySet<string | undefined> = new Set([undefined, 'issue', 'draft']);
/** Parts of a work item that v2 announces as events of their own, and where each has its name. */
const PARTS: Readonly<Record<string, (value: unknown) => PlaneRecord>> = {
  link: (url) => ({ url }),
  attachment: (name) => ({ attributes: { name } }),
};
/** Comments are read from their own list. */
const NOT_READ: ReadonlySet<string | undefined> = new Set(['comment']);

/** Whether the time is in the span. */
export function isWithin({ sinceMs, untilMs }: Span, atMs: number): boolean {
  return atMs > sinceMs && atMs <= untilMs;
}

/**
 * The changes of a work item's own fields that its activities show, oldest first. `data` of each is the work item as it was
 * read: what it was before is not known.
 *
 * @param activities newest first, all since the span began
 * @param hasParts links and attachments are events of their own, as in v2, and not fields of the work item, as in v1
 */
export function fieldChanges(
  { id: itemId, projectId, data: item }: ShownItem,
  activities: readonly PlaneRecord[],
  span: Span,
  hasParts: boolean,
): ShownChange[] {
  const lists = new Map(Object.keys(LISTS).map((field) => [field, item ? idsAt(item, field) : undefined]));
  const data = item ?? { id: itemId, project: projectId };
  const edits = editsOf(activities).flatMap((edit) => {
    const change = (hasParts ? partChange(edit, itemId, data) : undefined) ?? changeOf(edit, data, lists);
    return change && isWithin(span, change.atMs) ? [change] : [];
  });
  return edits.toReversed().toSorted((a, b) => a.atMs - b.atMs);
}

/** The new and the edited comments of a work item, oldest first. Of several edits Plane shows the last. */
export function commentChanges(
  comments: readonly PlaneRecord[],
  itemId: string,
  projectId: string,
  span: Span,
): ShownChange[] {
  const changes = comments.flatMap((comment): ShownChange[] => {
    const id = idOf(comment);
    const createdMs = timeIn(comment, 'created_at');
    if (id === undefined || createdMs === undefined) return [];
    const data = { ...comment, issue: itemId, project: projectId };
    const common = { event: 'issue_comment', data } as const;
    const actor = fieldOf(comment, 'actor') ?? fieldOf(comment, 'created_by');
    const editedMs = timeIn(comment, 'edited_at');
    const activity = { actor: personOf(actor), field: null };
    const edit = { ...activity, field: 'comment_html', new_value: fieldOf(comment, 'comment_html') };
    return [
      { ...common, eventId: `comment:${id}`, atMs: createdMs, action: 'created', activity },
      ...(editedMs === undefined || editedMs <= createdMs
        ? []
        : [
            {
              ...common,
              eventId: `comment:${id}:${editedMs}`,
              atMs: editedMs,
              action: 'updated',
              activity: edit,
            } as const,
          ]),
    ];
  });
  return changes.filter(({ atMs }) => isWithin(span, atMs)).toSorted((a, b) => a.atMs - b.atMs);
}

/** A comment that is known by its webhooks and is gone: who deleted it, and when, is not shown. */
export function deletedComment(id: string, itemId: string, projectId: string, atMs: number): ShownChange {
  const data = { id, issue: itemId, project: projectId };
  const activity = { actor: null, field: null };
  return { eventId: `comment:${id}:deleted`, atMs, event: 'issue_comment', action: 'deleted', data, activity };
}

/** The payload of the event of a change. */
export function payloadOf(workspaceId: string, runId: string, change: ShownChange): PlaneRecord {
  const { eventId, atMs, fromMs, event, action, data, activity } = change;
  return {
    source: 'catch-up',
    event_id: eventId,
    run_id: runId,
    occurred_at: new Date(atMs).toISOString(),
    ...(fromMs !== undefined && { occurred_from: new Date(fromMs).toISOString() }),
    event,
    action,
    workspace_id: workspaceId,
    data,
    activity,
  };
}

/** Activities of one edit, newest first: those of one list that one person changed within a second. */
function editsOf(activities: readonly PlaneRecord[]): PlaneRecord[][] {
  const edits: PlaneRecord[][] = [];
  for (const activity of activities) {
    const edit = edits.at(-1);
    const [last] = edit ?? [];
    if (edit && last && isSameEdit(last, activity)) edit.push(activity);
    else edits.push([activity]);
  }
  return edits;
}

function isSameEdit(one: PlaneRecord, other: PlaneRecord): boolean {
  const field = fieldIn(one);
  if (field === undefined || !(field in LISTS) || field !== fieldIn(other)) return false;
  const [a, b] = [timeOf(one), timeOf(other)];
  return idAt(one, 'actor') === idAt(other, 'actor') && Math.abs(a - b) <= SAME_EDIT_MS;
}

/** A link or an attachment as v2 announces it: nested in the work item. */
function partChange(edit: readonly PlaneRecord[], itemId: string, data: PlaneRecord): ShownChange | undefined {
  const [activity] = edit;
  const field = activity && fieldIn(activity);
  const partOf = field === undefined ? undefined : PARTS[field];
  const verb = activity && textOf(fieldOf(activity, 'verb'));
  if (!activity || field === undefined || !partOf) return undefined;
  const side = verb === 'deleted' ? 'old' : 'new';
  const part = { id: fieldOf(activity, `${side}_identifier`), ...partOf(fieldOf(activity, `${side}_value`)) };
  return {
    eventId: `activity:${idOf(activity) ?? ''}`,
    atMs: timeOf(activity),
    event: `workitem.${field}`,
    action: verb === 'created' || verb === 'deleted' ? verb : 'updated',
    data: { id: itemId, name: fieldOf(data, 'name'), issue: itemId, project: fieldOf(data, 'project'), [field]: part },
    activity: { actor: personOf(fieldOf(activity, 'actor')), field: null },
  };
}

/** @param lists what each list was after the edit; set to what it was before */
function changeOf(
  edit: readonly PlaneRecord[],
  data: PlaneRecord,
  lists: Map<string, readonly string[] | undefined>,
): ShownChange | undefined {
  const oldest = edit.at(-1);
  const id = oldest && idOf(oldest);
  if (!oldest || id === undefined) return undefined;
  const field = fieldIn(oldest);
  if (NOT_READ.has(field)) return undefined;
  const verb = textOf(fieldOf(oldest, 'verb')) ?? 'updated';
  const common = { eventId: `activity:${id}`, atMs: timeOf(oldest), event: 'issue', data } as const;
  const actor = personOf(fieldOf(oldest, 'actor'));
  if (WHOLE.has(field)) {
    if (verb !== 'created' && verb !== 'deleted') return undefined;
    return { ...common, action: verb, activity: { actor, field: null } };
  }
  const action = verb === 'created' || verb === 'deleted' ? verb : 'updated';
  return { ...common, action, activity: { actor, ...valuesOf(field ?? '', edit, oldest, lists) } };
}

function valuesOf(
  field: string,
  edit: readonly PlaneRecord[],
  activity: PlaneRecord,
  lists: Map<string, readonly string[] | undefined>,
): PlaneRecord {
  const [old, now] = ['old_identifier', 'new_identifier'].map((side) => textOf(fieldOf(activity, side)));
  const known = LISTS[field] === undefined ? undefined : lists.get(field);
  if (known) {
    const before = edit.reduce(listBefore, known);
    lists.set(field, before);
    return { field: LISTS[field], old_value: before, new_value: known };
  }
  const values = {
    old_value: fieldOf(activity, 'old_value') ?? null,
    new_value: fieldOf(activity, 'new_value') ?? null,
  };
  const identifiers = { old_identifier: old ?? null, new_identifier: now ?? null };
  if (field === 'parent' && (old ?? now) !== undefined) return { field: 'parent_id', ...byId(old, now) };
  if (field.startsWith('estimate') && (old ?? now) !== undefined) return { field: 'estimate_point', ...byId(old, now) };
  return { field, ...values, ...identifiers };
}

function byId(old: string | undefined, now: string | undefined): PlaneRecord {
  return { old_value: old ?? null, new_value: now ?? null };
}

/** The list before one of its activities: without what that added, with what it removed. */
function listBefore(list: readonly string[], activity: PlaneRecord): readonly string[] {
  const [removed, added] = ['old_identifier', 'new_identifier'].map((side) => textOf(fieldOf(activity, side)));
  const rest = added === undefined ? list : list.filter((id) => id !== added);
  return removed === undefined || rest.includes(removed) ? rest : [...rest, removed];
}

function fieldIn(activity: PlaneRecord): string | undefined {
  return textOf(fieldOf(activity, 'field'));
}

function timeOf(activity: PlaneRecord): number {
  return timeIn(activity, 'created_at') ?? 0;
}

/** v1's actor: an object with an id. */
function personOf(value: unknown): PlaneRecord | null {
  if (isRecord(value)) return value;
  const id = idOf(value);
  return id === undefined ? null : { id };
}
