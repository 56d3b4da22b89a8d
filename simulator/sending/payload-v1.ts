import { textOfHtml } from '../world/comment-text.js';
import { planeTime } from '../world/plane-time.js';
import { type Comment, OPTIONAL_FIELDS, type OptionalField, type User, type WorkItem } from '../world/world.types.js';
import {
  type EntityAction,
  type EntityContext,
  type FieldChange,
  type Notice,
  type NoticeContext,
} from './notice.types.js';
import { pythonJson, PythonFloat, type PythonValue } from './python-json.js';

type Dialect = 'v1' | 'ce';

interface Activity {
  field: string;
  old_value: PythonValue;
  new_value: PythonValue;
  old_identifier?: PythonValue;
  new_identifier?: PythonValue;
}

function person(user: User, dialect: Dialect): PythonValue {
  return {
    id: user.id,
    first_name: user.firstName,
    last_name: user.lastName,
    email: user.email,
    avatar: '',
    display_name: user.displayName,
    avatar_url: dialect === 'ce' ? null : undefined,
  };
}

/** A webhook in the shape of v1. */
export function v1Notice(
  context: EntityContext,
  dialect: Dialect,
  event: string,
  action: EntityAction,
  data: PythonValue,
  activity?: Activity,
): Notice {
  const payload = {
    event,
    action: context.warts ? action.replace(/d$/, '') : action,
    webhook_id: context.webhookId,
    workspace_id: context.workspaceId,
    data,
    activity: {
      actor: person(context.actor, dialect),
      field: activity?.field ?? null,
      new_value: activity?.new_value ?? null,
      old_value: activity?.old_value ?? null,
      old_identifier: activity?.old_identifier ?? null,
      new_identifier: activity?.new_identifier ?? null,
    },
  };
  const body = Buffer.from(pythonJson(payload));
  return { event, shape: dialect, body: () => body };
}

function stateOf(context: NoticeContext, id: PythonValue) {
  const state = context.project.states.find((candidate) => candidate.id === id);
  return state && { id: state.id, name: state.name, color: state.color, group: state.group };
}

function workItemData(context: NoticeContext, item: WorkItem, dialect: Dialect): PythonValue {
  const labels = context.project.labels.filter((label) => item.labelIds.includes(label.id));
  const ce = dialect === 'ce';
  return {
    id: item.id,
    name: item.name,
    description_html: item.descriptionHtml,
    priority: item.priority,
    project: item.projectId,
    workspace: item.workspaceId,
    assignees: ce ? item.assigneeIds.map((id) => person(context.userById(id), 'ce')) : item.assigneeIds,
    labels: ce ? labels.map(({ id, name, color }) => ({ id, name, color })) : item.labelIds,
    state: stateOf(context, item.stateId),
    sort_order: new PythonFloat(65_535),
    sequence_id: item.sequenceId,
    created_at: planeTime(item.createdAt),
    updated_at: planeTime(item.updatedAt),
    ...(ce ? { cycle: null, module: null, description: {} } : {}),
  };
}

/** The keys of a changed field: some fields have two, with a webhook for each. */
function activitiesOf(context: NoticeContext, { field, before, after }: FieldChange): Activity[] {
  const plain = (name: string): Activity => ({ field: name, old_value: before, new_value: after });
  if (field === 'assigneeIds') return [plain('assignees'), plain('assignee_ids')];
  if (field === 'labelIds') return [plain('labels'), plain('label_ids')];
  if (field === 'descriptionHtml') return [plain('description_html')];
  if (field === 'parentId' || field === 'typeId') return [plain(`${OPTIONAL_FIELDS[field]}_id`)];
  if (field !== 'stateId') return [plain(field in OPTIONAL_FIELDS ? OPTIONAL_FIELDS[field as OptionalField] : field)];
  const identifiers = { old_identifier: before, new_identifier: after };
  const names = { old_value: stateOf(context, before)?.name, new_value: stateOf(context, after)?.name };
  return [
    { field: 'state', ...names, ...identifiers },
    { ...plain('state_id'), ...identifiers },
  ];
}

/** `issue_comment` with its changed HTML, or with its id only when it is deleted, which the community edition does not announce. */
export function v1CommentChanged(
  context: NoticeContext,
  comment: Comment,
  before: string | undefined,
  dialect: Dialect,
): Notice[] {
  if (before !== undefined) {
    const activity = { field: 'comment_html', old_value: before, new_value: comment.html };
    return [v1Notice(context, dialect, 'issue_comment', 'updated', commentData(comment, dialect), activity)];
  }
  return dialect === 'ce' ? [] : [v1Notice(context, dialect, 'issue_comment', 'deleted', { id: comment.id })];
}

/** `issue_comment` created. The community edition sends no `comment_stripped`. */
export function v1CommentCreated(context: NoticeContext, comment: Comment, dialect: Dialect): Notice {
  return v1Notice(context, dialect, 'issue_comment', 'created', commentData(comment, dialect));
}

function commentData(comment: Comment, dialect: Dialect): PythonValue {
  const at = planeTime(comment.createdAt);
  const ce = dialect === 'ce';
  return {
    id: comment.id,
    issue: comment.workItemId,
    project: comment.projectId,
    workspace: comment.workspaceId,
    actor: comment.actorId,
    comment_html: comment.html,
    comment_stripped: ce ? undefined : textOfHtml(comment.html),
    created_at: at,
    updated_at: comment.editedAt === null ? at : planeTime(comment.editedAt),
    ...(ce ? { attachments: [], access: 'INTERNAL', is_member: null } : {}),
  };
}

/** `issue` created; updated, with a webhook per changed key; or deleted, with the id only. */
export function v1WorkItem(
  context: NoticeContext,
  item: WorkItem,
  action: EntityAction,
  changes: readonly FieldChange[],
  dialect: Dialect,
): Notice[] {
  if (action === 'deleted') return [v1Notice(context, dialect, 'issue', action, { id: item.id })];
  const data = workItemData(context, item, dialect);
  if (action === 'created') return [v1Notice(context, dialect, 'issue', action, data)];
  return changes
    .flatMap((change) => activitiesOf(context, change))
    .map((activity) => v1Notice(context, dialect, 'issue', 'updated', data, activity));
}
