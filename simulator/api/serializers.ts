import { textOfHtml } from '../world/comment-text.js';
import { planeTime } from '../world/plane-time.js';
import { SAMPLE } from '../world/seed.js';
import { type Comment, type Label, type Project, type State, type User, type WorkItem } from '../world/world.types.js';

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
  const at = planeTime(project.createdAt);
  return {
    id: project.id,
    name: project.name,
    identifier: project.identifier,
    description: '',
    network: 2,
    workspace: project.workspaceId,
    created_at: at,
    updated_at: at,
    created_by: SAMPLE.adminId,
    updated_by: SAMPLE.adminId,
    deleted_at: null,
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
    parent: null,
    type: null,
    estimate_point: null,
    sort_order: 65_535,
    is_draft: false,
    start_date: null,
    target_date: null,
    completed_at: null,
    archived_at: null,
    created_at: planeTime(item.createdAt),
    updated_at: planeTime(item.updatedAt),
    deleted_at: null,
    created_by: item.createdBy,
    updated_by: item.updatedBy,
    external_source: null,
    external_id: null,
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
    updated_at: at,
    deleted_at: null,
    edited_at: null,
    created_by: comment.actorId,
    updated_by: comment.actorId,
    external_source: null,
    external_id: null,
  };
}

/** Source: `models/State.d.ts` of Plane's SDK. */
export function stateBody(state: State, project: Project) {
  const { id, name, color, group } = state;
  return {
    id,
    name,
    color,
    group,
    default: group === 'unstarted',
    project: project.id,
    workspace: project.workspaceId,
  };
}

/** Source: `models/Label.d.ts` of Plane's SDK. */
export function labelBody(label: Label, project: Project) {
  return {
    id: label.id,
    name: label.name,
    color: label.color,
    project: project.id,
    workspace: project.workspaceId,
  };
}
