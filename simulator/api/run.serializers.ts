import { planeTime } from '../world/plane-time.js';
import { type AgentRun, type RunActivity } from '../world/world.types.js';

const timeOrNull = (at: number | null) => (at === null ? null : planeTime(at));

/** Source: `AgentRun` in `models/AgentRun.d.ts` of Plane's SDK. */
export function runBody(run: AgentRun) {
  return {
    id: run.id,
    agent_user: run.agentUserId,
    issue: run.workItemId,
    project: run.projectId,
    workspace: run.workspaceId,
    comment: run.commentId,
    source_comment: run.sourceCommentId,
    creator: run.creatorId,
    status: run.status,
    type: 'comment_thread',
    started_at: planeTime(run.startedAt),
    ended_at: timeOrNull(run.endedAt),
    stopped_at: timeOrNull(run.stoppedAt),
    stopped_by: run.stoppedBy,
    external_link: run.externalLink,
    error_metadata: run.status === 'failed' ? run.errorMetadata : null,
    created_at: planeTime(run.startedAt),
    updated_at: planeTime(run.updatedAt),
    created_by: run.creatorId,
  };
}

/** Source: `AgentRunActivity` in the same place. */
export function activityBody(activity: RunActivity, run: AgentRun) {
  const at = planeTime(activity.createdAt);
  return {
    id: activity.id,
    agent_run: run.id,
    type: activity.type,
    content: activity.content,
    content_metadata: activity.contentMetadata,
    signal: activity.signal,
    signal_metadata: activity.signalMetadata,
    ephemeral: activity.ephemeral,
    actor: activity.actorId,
    comment: activity.commentId,
    project: run.projectId,
    workspace: run.workspaceId,
    created_at: at,
    updated_at: at,
    created_by: activity.actorId,
  };
}
