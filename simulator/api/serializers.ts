import { textOfHtml } from '../world/comment-text.js';
import { planeTime } from '../world/plane-time.js';
import { type HistoryEntry } from '../world/record.types.js';
import { type Comment, type Project, type User, type WorkItem } from '../world/world.types.js';

/** A user as `/api/v1/users/me/` shows it. */
export function userBody(user: User) {
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

/** Source: `models/Project.d.ts` of Plane's SDK; what the simulator does not know is a constant. */
export function projectBody(project: Project) {
  return {
    description: '',
    network: 2,
    archived_at: null,
    total_members: 2,
    total_cycles: 0,
    total_modules: 0,
    is_member: true,
    member_role: 20,
    is_deployed: false,
    module_view: true,
    cycle_view: true,
    issue_views_view: true,
    page_view: true,
    intake_view: false,
    guest_view_all_features: false,
    archive_in: 0,
    close_in: 0,
    timezone: 'UTC',
    default_state: null,
    default_assignee: null,
    project_lead: null,
    estimate: null,
    cover_image: null,
    cover_image_url: null,
    external_source: null,
    external_id: null,
    ...project.fields,
    id: project.id,
    name: project.name,
    identifier: project.identifier,
    workspace: project.workspaceId,
    created_at: planeTime(project.createdAt),
    updated_at: planeTime(project.updatedAt),
    created_by: project.createdBy,
    updated_by: project.createdBy,
    deleted_at: null,
  };
}

/** Source: `models/WorkItem.d.ts` of Plane's SDK. */
export function workItemBody(item: WorkItem) {
  return {
    id: item.id,
    name: item.name,
    sequence_id: item.sequenceId,
    description_html: item.descriptionHtml,
    description_stripped: textOfHtml(item.descriptionHtml),
    priority: item.priority,
    state: item.stateId,
    assignees: item.assigneeIds,
    labels: item.labelIds,
    project: item.projectId,
    workspace: item.workspaceId,
    parent: item.parentId,
    type: item.typeId,
    estimate_point: item.estimatePoint,
    sort_order: 65_535,
    is_draft: false,
    start_date: item.startDate,
    target_date: item.targetDate,
    completed_at: item.completedAt === null ? null : planeTime(item.completedAt),
    archived_at: item.archivedAt,
    created_at: planeTime(item.createdAt),
    updated_at: planeTime(item.updatedAt),
    deleted_at: null,
    created_by: item.createdBy,
    updated_by: item.updatedBy,
    external_source: item.externalSource,
    external_id: item.externalId,
  };
}

/** Source: `models/Comment.d.ts` of Plane's SDK. */
export function commentBody(comment: Comment) {
  const at = planeTime(comment.createdAt);
  return {
    id: comment.id,
    comment_html: comment.html,
    comment_stripped: textOfHtml(comment.html),
    access: 'INTERNAL',
    attachments: [],
    actor: comment.actorId,
    issue: comment.workItemId,
    project: comment.projectId,
    workspace: comment.workspaceId,
    is_member: true,
    created_at: at,
    updated_at: comment.editedAt === null ? at : planeTime(comment.editedAt),
    deleted_at: null,
    edited_at: comment.editedAt === null ? null : planeTime(comment.editedAt),
    created_by: comment.actorId,
    updated_by: comment.actorId,
    external_source: comment.externalSource,
    external_id: comment.externalId,
  };
}

/** Source: `WorkItemActivity` in `models/WorkItem.d.ts` of Plane's SDK. */
export function historyBody(
  entry: HistoryEntry,
  { projectId, workspaceId }: { readonly projectId: string; readonly workspaceId: string },
) {
  const at = planeTime(entry.at);
  return {
    id: entry.id,
    verb: entry.verb,
    field: entry.field,
    old_value: entry.before,
    new_value: entry.after,
    old_identifier: entry.beforeId,
    new_identifier: entry.afterId,
    comment: entry.field === null ? `${entry.verb} the work item` : `updated the ${entry.field}`,
    attachments: [],
    epoch: Math.floor(entry.at / 1000),
    actor: entry.actorId,
    issue: entry.workItemId,
    issue_comment: null,
    project: projectId,
    workspace: workspaceId,
    created_at: at,
    updated_at: at,
    deleted_at: null,
  };
}
