import { planeTime } from '../world/plane-time.js';
import { type AgentRun, type RunActivity } from '../world/world.types.js';

/** Source: `AgentRun` in `models/AgentRun.d.ts` of Plane's SDK. */
export function runBody(run: AgentRun) {
  const ended = ['completed', 'stopped', 'failed', 'stale'].includes(run.status);
  return {
    id: run.id,
    agent_user: run.agentUserId,
    issue: run.workItemId,
    project: run.projectId,
    workspace: run.workspaceId,
    comment: run.commentId,
    source_comment: null,
    creator: run.creatorId,
    status: run.status,
    type: 'comment_thread',
    started_at: planeTime(run.startedAt),
    ended_at: ended ? planeTime(run.updatedAt) : null,
    stopped_at: run.status === 'stopped' ? planeTime(run.updatedAt) : null,
    external_link: null,
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
