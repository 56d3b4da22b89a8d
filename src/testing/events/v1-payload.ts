import { SAMPLE } from '../../../simulator/world/seed.js';
import { html as markup } from '../../common/html.js';
import { type FieldChange } from '../../webhooks/events/field-changes.js';
import { compact } from '../../webhooks/events/payload-fields.js';
import { type PlaneActor } from '../../webhooks/events/plane-event.js';
import { type AnyOverrides, type EventShape, renamed } from './event-overrides.js';
import { ACTOR, STATE, V1_RECORDS } from './sample-records.js';
import { newValues, sampleChange } from './v2-payload.js';

type Fields = Record<string, unknown>;

/** The fields of an activity that names no change. */
const NO_CHANGE = { field: null, new_value: null, old_value: null, old_identifier: null, new_identifier: null };

/**
 * The body of v1's webhook of an event, as an object.
 *
 * @param event v1's name of the family
 * @throws {TypeError} where v1 cannot say it
 */
export function v1Payload(event: string, action: string, overrides: AnyOverrides, shape: EventShape): Fields {
  const changes =
    action === 'updated' ? (overrides.changes ?? sampleChange(event === 'issue' ? 'workitem' : event)) : {};
  const record = { ...recordOf(event, overrides, shape), ...valuesOf(changes), ...overrides.data };
  return {
    event,
    action,
    webhook_id: SAMPLE.webhookId,
    workspace_id: overrides.workspaceId ?? SAMPLE.workspaceId,
    data: action === 'deleted' ? { id: record['id'] } : record,
    activity: { actor: actorOf(overrides.actor), ...activityOf(changes) },
  };
}

function recordOf(event: string, overrides: AnyOverrides, shape: EventShape): Fields {
  const { entityId: id, projectId: project, workspaceId: workspace, actor } = overrides;
  const sample = V1_RECORDS[event]?.() ?? {};
  const common = compact({ id, workspace, ...(event !== 'project' && { project }) });
  const record = { ...sample, ...common, ...(actor?.id !== undefined && { created_by: actor.id }) };
  if (event === 'issue') return { ...record, ...workItemOf(overrides, shape) };
  const parent = compact({ issue: overrides.workItem?.id, project: overrides.workItem?.projectId });
  if (event !== 'issue_comment') return 'issue' in sample ? { ...record, ...parent } : record;
  return { ...record, ...parent, ...commentOf(overrides, shape) };
}

/** The documentation lists assignees and labels by id, the community edition as objects. */
function workItemOf({ workItem }: AnyOverrides, shape: EventShape): Fields {
  const list = (ids: readonly string[] | undefined, name: string): unknown =>
    shape === 'ce' ? ids?.map((id) => ({ id, [name]: id })) : ids;
  return compact({
    ...renamed(workItem, {
      id: 'id',
      name: 'name',
      projectId: 'project',
      priority: 'priority',
      externalId: 'external_id',
      externalSource: 'external_source',
    }),
    state: workItem?.stateId === undefined ? undefined : { ...STATE, id: workItem.stateId },
    assignees: list(workItem?.assigneeIds, 'display_name'),
    labels: list(workItem?.labelIds, 'name'),
  });
}

/** The community edition sends no text of a comment, only its markup. */
function commentOf({ comment, actor }: AnyOverrides, shape: EventShape): Fields {
  const text = comment?.text ?? (comment?.html === undefined ? 'hello' : undefined);
  const html = comment?.html ?? markup`<p>${text}</p>`.text;
  const stripped = shape === 'ce' ? {} : { comment_stripped: text };
  return compact({ id: comment?.id, actor: comment?.actorId ?? actor?.id, comment_html: html, ...stripped });
}

function actorOf(actor: Partial<PlaneActor> | undefined): Fields {
  const given = renamed(actor, {
    id: 'id',
    displayName: 'display_name',
    firstName: 'first_name',
    lastName: 'last_name',
    email: 'email',
    avatarUrl: 'avatar_url',
  });
  return { ...ACTOR, ...given };
}

/** The entity after the change; v1 sends the state as an object. */
function valuesOf(changes: Readonly<Record<string, FieldChange>>): Fields {
  const { state_id: stateId, ...values } = newValues(changes);
  return stateId === undefined ? values : { ...values, state: { ...STATE, id: stateId } };
}

function activityOf(changes: Readonly<Record<string, FieldChange>>): Fields {
  const [first, ...others] = Object.entries(changes);
  if (!first) return NO_CHANGE;
  if (others.length > 0)
    throw new TypeError('v1 sends a webhook for each changed field: give one field in `changes`, or the shape v2.');
  const [field, { old = null, new: now = null }] = first;
  const isId = field.endsWith('_id');
  return {
    field,
    old_value: old,
    new_value: now,
    old_identifier: isId ? old : null,
    new_identifier: isId ? now : null,
  };
}
