import { randomUUID } from 'node:crypto';
import { SAMPLE } from '../../../simulator/world/seed.js';
import { type FieldChange } from '../../webhooks/events/field-changes.js';
import { type EventViews } from '../../webhooks/events/plane-event.js';
import { type AnyOverrides, renamed } from './event-overrides.js';
import { v2Comment, v2Record, v2WorkItem } from './sample-records.js';

type Fields = Record<string, unknown>;

const COMMENTED = 'Webhook Test Work Item 2';

/** v2 sends no group of the state. */
const WORK_ITEM_FIELDS: Readonly<Record<Exclude<keyof EventViews['workItem'], 'stateGroup'>, string>> = {
  id: 'id',
  name: 'name',
  projectId: 'project_id',
  stateId: 'state_id',
  assigneeIds: 'assignee_ids',
  labelIds: 'label_ids',
  priority: 'priority',
  parentId: 'parent_id',
  sequenceId: 'sequence_id',
  startDate: 'start_date',
  targetDate: 'target_date',
  externalId: 'external_id',
  externalSource: 'external_source',
};

const COMMENT_FIELDS = { id: 'id', text: 'comment_stripped', html: 'comment_html', actorId: 'actor_id' } as const;

/** The body of v2's webhook of an event, as an object. */
export function v2Payload(family: string, action: string, overrides: AnyOverrides): Fields {
  const { id = randomUUID(), workspaceId = SAMPLE.workspaceId } = overrides;
  const changes = action === 'updated' ? (overrides.changes ?? sampleChange(family)) : {};
  const record = { ...recordOf(family, overrides), ...newValues(changes), ...overrides.data };
  const deleted = action === 'deleted';
  return {
    version: 'v2',
    delivery_id: randomUUID(),
    event_id: id,
    entity_id: overrides.entityId ?? record['id'],
    entity_type: family.startsWith('workitem') ? 'issue' : family,
    event: `${family}.${action}`,
    webhook_id: SAMPLE.webhookId,
    workspace_id: workspaceId,
    data: deleted ? {} : record,
    previous_attributes: deleted ? record : oldValues(changes),
  };
}

/** The change of an update where the test names none. */
export function sampleChange(family: string): Readonly<Record<string, FieldChange>> {
  return family === 'workitem' ? { priority: { old: 'none', new: 'high' } } : { name: { old: 'before', new: 'after' } };
}

/** The new values of the changes, by field. */
export function newValues(changes: Readonly<Record<string, FieldChange>>): Fields {
  const known = Object.entries(changes).filter(([, change]) => Object.hasOwn(change, 'new'));
  return Object.fromEntries(known.map(([field, change]) => [field, change.new]));
}

function oldValues(changes: Readonly<Record<string, FieldChange>>): Fields {
  return Object.fromEntries(Object.entries(changes).map(([field, { old = null }]) => [field, old]));
}

function recordOf(family: string, overrides: AnyOverrides): Fields {
  const { actor, comment, entityId, projectId, workItem, workspaceId } = overrides;
  const common = {
    ...renamed(
      { entityId, projectId, workspaceId },
      { entityId: 'id', projectId: 'project_id', workspaceId: 'workspace_id' },
    ),
    ...(actor?.id !== undefined &&
      family !== 'workitem.comment' && { created_by_id: actor.id, updated_by_id: actor.id }),
  };
  const record: Fields = { ...sampleOf(family), ...common, ...renamed(workItem, WORK_ITEM_FIELDS) };
  if (!family.endsWith('.comment')) return record;
  const nested = { ...v2Comment(), ...(actor?.id !== undefined && { actor_id: actor.id }) };
  return { ...record, comment: { ...nested, issue_id: record['id'], ...renamed(comment, COMMENT_FIELDS) } };
}

/** Of a part of a work item, such as a link, the work item: v2 nests the part in it. */
function sampleOf(family: string): Fields {
  if (family === 'workitem') return v2WorkItem();
  // Comments do not name the project.
  if (family === 'workitem.comment') return { id: SAMPLE.workItemId, name: COMMENTED };
  if (family.startsWith('workitem.')) return v2Record(SAMPLE.workItemId, COMMENTED);
  if (family === 'project') return v2Record(SAMPLE.projectId, 'Website');
  return v2Record(randomUUID(), `A ${family.replace('.', ' ')}`);
}
