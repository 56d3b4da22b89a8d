import { type NoticeContext } from '../sending/notice.types.js';
import { PythonFloat, type PythonValue } from '../sending/python-json.js';
import { textOfHtml } from '../world/comment-text.js';
import { fixedId } from '../world/fixed-id.js';
import { planeTime } from '../world/plane-time.js';
import { type Comment, type User, type WorkItem } from '../world/world.types.js';
import { type CommunityRelease } from './release.js';

/** A user as the community edition's webhooks have it. */
export function personData(user: User): PythonValue {
  return {
    id: user.id,
    first_name: user.firstName,
    last_name: user.lastName,
    email: user.email,
    avatar: '',
    avatar_url: null,
    display_name: user.displayName,
  };
}

/** Times, and who it was, as every record has them. */
function recordTimes({ createdAt, updatedAt }: { createdAt: number; updatedAt: number }) {
  return { created_at: planeTime(createdAt), updated_at: planeTime(updatedAt), deleted_at: null };
}

/** The ids of a work item's lists, as the release lists them. */
export interface ListedIds {
  readonly assignees: readonly string[];
  readonly labels: readonly string[];
}

/** The `data` of a webhook about a work item, its keys in Plane's order. */
export function workItemData(
  context: NoticeContext,
  item: WorkItem,
  listed: ListedIds,
  release: CommunityRelease,
): PythonValue {
  const state = context.project.states.find(({ id }) => id === item.stateId);
  const labels = listed.labels.map((id) => context.project.labels.find((label) => label.id === id));
  return {
    id: item.id,
    labels: labels.map((label) => label && { id: label.id, name: label.name, color: label.color }),
    assignees: listed.assignees.map((id) => personData(context.userById(id))),
    state: state && { id: state.id, name: state.name, color: state.color, group: state.group },
    ...(release.announcesIds && { description: {} }),
    ...recordTimes(item),
    point: null,
    name: item.name,
    [release.announcesIds ? 'description_json' : 'description']: {},
    description_html: item.descriptionHtml,
    description_stripped: textOfHtml(item.descriptionHtml),
    description_binary: null,
    priority: item.priority,
    start_date: item.startDate,
    target_date: item.targetDate,
    sequence_id: item.sequenceId,
    sort_order: new PythonFloat(65_535),
    completed_at: item.completedAt === null ? null : planeTime(item.completedAt),
    archived_at: item.archivedAt,
    is_draft: false,
    external_source: item.externalSource,
    external_id: item.externalId,
    created_by: item.createdBy,
    updated_by: item.updatedBy,
    project: item.projectId,
    workspace: item.workspaceId,
    parent: item.parentId,
    estimate_point: item.estimatePoint,
    type: item.typeId,
  };
}

/** The `data` of a webhook about a comment. */
export function commentData(comment: Comment, release: CommunityRelease): PythonValue {
  return {
    id: comment.id,
    ...recordTimes({ createdAt: comment.createdAt, updatedAt: comment.editedAt ?? comment.createdAt }),
    comment_html: comment.html,
    attachments: [],
    access: 'INTERNAL',
    external_source: comment.externalSource,
    external_id: comment.externalId,
    edited_at: comment.editedAt === null ? null : planeTime(comment.editedAt),
    created_by: comment.actorId,
    updated_by: comment.editedAt === null && release.announcesIds ? null : comment.actorId,
    project: comment.projectId,
    workspace: comment.workspaceId,
    description: release.announcesIds ? fixedId(`description:${comment.id}`) : undefined,
    issue: comment.workItemId,
    actor: comment.actorId,
    parent: release.announcesIds ? comment.parentId : undefined,
  };
}
