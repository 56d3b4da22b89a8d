import { randomUUID } from 'node:crypto';
import { textOfHtml } from '../world/comment-text.js';
import { planeTimeWithOffset } from '../world/plane-time.js';
import { type Comment, OPTIONAL_FIELDS, type OptionalField, type WorkItem } from '../world/world.types.js';
import {
  type EntityAction,
  type EntityContext,
  type FieldChange,
  type Notice,
  type NoticeContext,
} from './notice.types.js';
import { pythonJson, type PythonValue } from './python-json.js';

type Attributes = Record<string, PythonValue>;

const NAMES: Record<FieldChange['field'], string> = {
  name: 'name',
  descriptionHtml: 'description_html',
  priority: 'priority',
  stateId: 'state_id',
  assigneeIds: 'assignee_ids',
  labelIds: 'label_ids',
  parentId: 'parent_id',
  startDate: 'start_date',
  targetDate: 'target_date',
  estimatePoint: 'estimate_point_id',
  typeId: 'type_id',
  archivedAt: 'archived_at',
  externalSource: 'external_source',
  externalId: 'external_id',
};

/** As in samples of Plane's documentation: `WebhookScope.ScopeChoices.WORK_ITEM_UPDATED`. */
function enumText(event: string): string {
  const choice = event.replace('workitem', 'work_item').replaceAll('.', '_').toUpperCase();
  return `WebhookScope.ScopeChoices.${choice}`;
}

/** A webhook in the shape of v2. */
export function v2Notice(
  context: EntityContext,
  name: string,
  entity: { readonly id: string; readonly type: string },
  data: Attributes,
  previous: Attributes,
): Notice {
  const event = context.warts ? enumText(name) : name;
  const eventId = randomUUID();
  const body = (deliveryId: string) =>
    Buffer.from(
      pythonJson({
        version: 'v2',
        delivery_id: deliveryId,
        event_id: eventId,
        entity_id: entity.id,
        entity_type: entity.type,
        event,
        webhook_id: context.webhookId,
        workspace_id: context.workspaceId,
        data,
        previous_attributes: previous,
      }),
    );
  return { event, shape: 'v2', body };
}

/** The optional fields that have a value. */
function optionalData(item: WorkItem): Attributes {
  const names = Object.keys(OPTIONAL_FIELDS) as OptionalField[];
  return Object.fromEntries(names.filter((name) => item[name] !== null).map((name) => [NAMES[name], item[name]]));
}

function ofItem(
  context: NoticeContext,
  name: string,
  { id }: WorkItem,
  data: Attributes,
  previous: Attributes,
): Notice {
  return v2Notice(context, name, { id, type: 'issue' }, data, previous);
}

function workItemData(context: NoticeContext, item: WorkItem): Attributes {
  const none = context.warts ? 'None' : null;
  return {
    id: item.id,
    name: item.name,
    point: none,
    priority: item.priority,
    state_id: item.stateId,
    label_ids: item.labelIds,
    assignee_ids: item.assigneeIds,
    project_id: item.projectId,
    workspace_id: item.workspaceId,
    sort_order: 65_535,
    sequence_id: item.sequenceId,
    created_by_id: item.createdBy,
    updated_by_id: item.updatedBy,
    description_json: {},
    updated_at: planeTimeWithOffset(item.updatedAt),
    ...optionalData(item),
    ...(context.warts ? { type_id: none, deleted_at: none } : {}),
  };
}

/** `workitem.comment.*`: the work item's id and name, and the comment, without the project. */
export function v2Comment(
  context: NoticeContext,
  item: WorkItem,
  comment: Comment,
  action: EntityAction = 'created',
  previous: Attributes = {},
): Notice {
  const data = {
    id: item.id,
    name: item.name,
    comment: {
      id: comment.id,
      access: 'INTERNAL',
      actor_id: comment.actorId,
      issue_id: comment.workItemId,
      edited_at: editedAt(context, comment),
      comment_stripped: textOfHtml(comment.html),
    },
  };
  const [now, before] = action === 'deleted' ? [{}, data] : [data, previous];
  return ofItem(context, `workitem.comment.${action}`, item, now, before);
}

function editedAt(context: NoticeContext, { editedAt: at }: Comment): string | null {
  if (at !== null) return planeTimeWithOffset(at);
  return context.warts ? 'None' : null;
}

/** `workitem.created`, `.updated` (one for all changed fields) or `.deleted` (the last record). */
export function v2WorkItem(
  context: NoticeContext,
  item: WorkItem,
  action: EntityAction,
  changes: readonly FieldChange[],
): Notice {
  const data = workItemData(context, item);
  if (action === 'deleted') return ofItem(context, 'workitem.deleted', item, {}, data);
  const previous = Object.fromEntries(changes.map(({ field, before }) => [NAMES[field], before]));
  return ofItem(context, `workitem.${action}`, item, data, previous);
}
