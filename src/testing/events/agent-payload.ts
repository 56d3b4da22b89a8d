import { SAMPLE } from '../../../simulator/world/seed.js';
import { compact } from '../../webhooks/events/payload-fields.js';
import { type AnyOverrides, renamed } from './event-overrides.js';
import { agentPrompt, agentRun } from './sample-records.js';

type Fields = Record<string, unknown>;

const RUN_FIELDS = {
  id: 'id',
  status: 'status',
  type: 'type',
  agentUserId: 'agent_user',
  creatorId: 'creator',
  workItemId: 'issue',
  projectId: 'project',
  commentId: 'comment',
  sourceCommentId: 'source_comment',
  startedAt: 'started_at',
  endedAt: 'ended_at',
  stoppedAt: 'stopped_at',
  stoppedBy: 'stopped_by',
  externalLink: 'external_link',
  errorMetadata: 'error_metadata',
} as const;

/** The body of an agent's webhook, as an object. */
export function agentPayload(action: string, overrides: AnyOverrides): Fields {
  const run = runOf(overrides);
  const prompted = action === 'prompted';
  return {
    action,
    ...(prompted && { agent_run_activity: promptOf(run, overrides) }),
    agent_run: run,
    agent_user_id: run['agent_user'],
    app_client_id: 'client-id',
    issue_id: run['issue'],
    project_id: run['project'],
    workspace_id: overrides.workspaceId ?? SAMPLE.workspaceId,
    comment_id: run['comment'],
    type: prompted ? 'agent_run_activity' : 'agent_run',
  };
}

function runOf({ agentRun: given, workItem, comment, projectId, prompt, data }: AnyOverrides): Fields {
  const related = compact({ issue: workItem?.id, comment: comment?.id, project: workItem?.projectId ?? projectId });
  const run = { ...agentRun(), ...(prompt && { status: 'in_progress' }), ...related, ...renamed(given, RUN_FIELDS) };
  return prompt ? run : { ...run, ...data };
}

function promptOf(run: Fields, { id, prompt, actor, data }: AnyOverrides): Fields {
  const sample = agentPrompt(run['id']);
  const body = prompt?.html ?? prompt?.text;
  const given = compact({ id: prompt?.id ?? id, signal: prompt?.signal, actor: prompt?.actorId ?? actor?.id });
  return { ...sample, ...given, ...(body !== undefined && { content: { type: 'prompt', body } }), ...data };
}
