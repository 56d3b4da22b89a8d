import { createHash } from 'node:crypto';
import { actorOf, authorIdOf, type EntitySource, projectIdOf, entityViews } from './entity.views.js';
import { type WorkItemView } from './entity-view.types.js';
import { canonicalEventName, familyOfName } from './event-table.js';
import { type Delivery, type NormalisedEvent } from './normalised-event.js';
import { compact, fieldOf, idAt, recordAt, requiredRecord, requiredText, textOf } from './payload-fields.js';
import { type FieldChange } from './field-changes.js';
import { workItemChanges } from './work-item-changes.js';
import { type EventViews, type PlaneActor, type PlaneRecord } from './plane-event.js';

/** `activity.field` where a whole work item was created or deleted; usually it is absent. */
const WHOLE_WORK_ITEM: ReadonlySet<unknown> = new Set(['issue', 'draft']);

/** `activity.field` of a comment whose text was changed, by release. */
const COMMENT_TEXT: ReadonlySet<string> = new Set(['comment', 'description', 'comment_html']);

/** An event, or a field, of the intake, which older releases call inbox. */
const INTAKE = /^(?:intake|inbox)/;

/** The community edition sends the new status of what is in the intake, a number, as the action. */
function actionOf(payload: PlaneRecord, event: string, activity: PlaneRecord): string {
  const isIntake = INTAKE.test(event) || INTAKE.test(textOf(fieldOf(activity, 'field')) ?? '');
  const isStatus = isIntake && typeof fieldOf(payload, 'action') === 'number';
  return isStatus ? 'updated' : requiredText(payload, 'action').toLowerCase();
}

/**
 * The community edition announces a link, an attachment, a reaction or a cycle that was added to a work item as the
 * work item "created", and a removed one as "deleted"; only `activity.field` differs. Either is an update.
 * Source: CE's `issue_activities_task.py`.
 */
function isPartOfWorkItem(name: string, activity: PlaneRecord): boolean {
  const field = textOf(fieldOf(activity, 'field'));
  const whole = name === 'workitem.created' || name === 'workitem.deleted';
  return whole && field !== undefined && !WHOLE_WORK_ITEM.has(field);
}

function nameOf(payload: PlaneRecord, event: string, activity: PlaneRecord): string {
  const given = `${event}.${actionOf(payload, event, activity)}`;
  const name = canonicalEventName(given) ?? given;
  return isPartOfWorkItem(name, activity) ? 'workitem.updated' : name;
}

/** One side of a change: `*_id` fields by identifier, others by their display value. */
function sideOf(activity: PlaneRecord, field: string, side: 'old' | 'new'): unknown {
  const identifier = field.endsWith('_id') ? textOf(fieldOf(activity, `${side}_identifier`)) : undefined;
  return identifier ?? fieldOf(activity, `${side}_value`);
}

/** An event's name in parts. */
interface NameParts {
  readonly family: string;
  readonly action: string;
}

/** The changes of the field that the webhook names, by each name that the field has. */
function changesOf(
  { family, action }: NameParts,
  activity: PlaneRecord,
  data: PlaneRecord,
): Record<string, FieldChange> {
  const field = textOf(fieldOf(activity, 'field'));
  if (field === undefined || action === 'created' || action === 'deleted') return {};
  if (family === 'workitem') return workItemChanges(field, activity, data);
  const sides = (['old', 'new'] as const).map((side) => [side, sideOf(activity, field, side)] as const);
  const known = Object.fromEntries(sides.filter(([, value]) => value !== undefined));
  return { [family === 'workitem.comment' && COMMENT_TEXT.has(field) ? 'comment_html' : field]: known };
}

/** Who did it: up to v0.19 there is no activity, and the record has the ids of its author and its last editor. */
function actorOfV1({ family, action }: NameParts, activity: PlaneRecord, data: PlaneRecord): PlaneActor | undefined {
  const author = family === 'workitem.comment' ? authorIdOf(data) : undefined;
  const recorded = action === 'created' ? idAt(data, 'created_by') : idAt(data, 'updated_by');
  return actorOf(fieldOf(activity, 'actor')) ?? actorOf(author) ?? actorOf(recorded);
}

/** The views of the entity; the lists of a changed list's event are those after the change. */
function viewsOf(source: EntitySource, changes: Readonly<Record<string, FieldChange>>): Partial<EventViews> {
  const { workItem, ...views } = entityViews(source);
  if (!workItem) return views;
  const after = (field: string): FieldChange['new'] => changes[field]?.new;
  const lists = { assigneeIds: after('assignee_ids'), labelIds: after('label_ids') };
  return { ...views, workItem: { ...workItem, ...compact(lists) } as WorkItemView };
}

/**
 * Normalises a v1 payload. v1 has no event id, so the id is the SHA-256 of the raw body, which is the same for every
 * retry.
 *
 * @throws {MalformedPayloadError} where `event`, `action`, `workspace_id` or `data` is missing or has the wrong type
 */
export function normaliseV1({ body, payload }: Pick<Delivery, 'body' | 'payload'>): NormalisedEvent {
  const activity = recordAt(payload, 'activity');
  const event = requiredText(payload, 'event').toLowerCase();
  const name = nameOf(payload, event, activity);
  const parts = { family: familyOfName(name), action: name.slice(name.lastIndexOf('.') + 1) };
  const { family } = parts;
  const data = requiredRecord(payload, 'data');
  const entityId = idAt(data, 'id') ?? '';
  const changes = changesOf(parts, activity, data);
  return {
    id: createHash('sha256').update(body).digest('hex'),
    name,
    workspaceId: requiredText(payload, 'workspace_id'),
    projectId: family === 'project' ? textOf(entityId) : projectIdOf(data),
    entityId,
    entityType: event,
    data,
    changes,
    actor: actorOfV1(parts, activity, data),
    source: 'v1',
    views: viewsOf({ family, record: data, entityId, people: [recordAt(activity, 'actor')] }, changes),
  };
}
