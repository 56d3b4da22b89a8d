import { planeTime } from '../world/plane-time.js';
import { type AgentRun, type RunActivity, type User } from '../world/world.types.js';
import { type Notice } from './notice.types.js';
import { pythonJson, type PythonValue } from './python-json.js';

/** Ids of an agent's payload that Plane may leave `null`. */
export const NULLABLE_IDS = ['issue_id', 'project_id', 'comment_id'] as const;

/** What every payload about a run contains, and how it varies. */
export interface AgentNoticeContext {
  readonly clientId: string;
  readonly webhookId: string;
  /** Who mentioned the app, or wrote the prompt. */
  readonly actor: User;
  /** Wrapped as v1 webhooks are: `{event, action, webhook_id, workspace_id, data, activity}`. */
  readonly envelope?: boolean | undefined;
  /** Ids that are `null` although the run has them. */
  readonly nulls?: readonly (typeof NULLABLE_IDS)[number][] | undefined;
}

function runData(run: AgentRun, status: AgentRun['status']): PythonValue {
  return {
    id: run.id,
    agent_user: run.agentUserId,
    issue: run.workItemId,
    project: run.projectId,
    workspace: run.workspaceId,
    comment: run.commentId,
    status,
    type: 'comment_thread',
    started_at: planeTime(run.startedAt),
  };
}

function enveloped(event: string, action: string, flat: PythonValue, run: AgentRun, context: AgentNoticeContext) {
  const { id, firstName, lastName, email, displayName } = context.actor;
  const names = { first_name: firstName, last_name: lastName, email, avatar: '', avatar_url: null };
  return {
    event,
    action,
    webhook_id: context.webhookId,
    workspace_id: run.workspaceId,
    data: flat,
    activity: {
      actor: { id, ...names, display_name: displayName },
      field: null,
      new_value: null,
      old_value: null,
      old_identifier: null,
      new_identifier: null,
    },
  };
}

function notice(
  event: string,
  action: string,
  flat: Record<string, PythonValue>,
  run: AgentRun,
  context: AgentNoticeContext,
): Notice {
  for (const name of context.nulls ?? []) flat[name] = null;
  const payload = context.envelope ? enveloped(event, action, flat, run, context) : flat;
  const body = Buffer.from(pythonJson(payload));
  return { event, shape: 'agent', body: () => body };
}

/** `agent_run` created: a user mentioned the app. */
export function agentRunCreated(run: AgentRun, context: AgentNoticeContext): Notice {
  const flat = {
    action: 'created',
    agent_run: runData(run, 'created'),
    agent_user_id: run.agentUserId,
    app_client_id: context.clientId,
    issue_id: run.workItemId,
    project_id: run.projectId,
    workspace_id: run.workspaceId,
    comment_id: run.commentId,
    type: 'agent_run',
  };
  return notice('agent_run_create', 'created', flat, run, context);
}

/** `agent_run_activity` prompted: a user wrote to the run, or stops it (`signal`). */
export function agentRunPrompted(run: AgentRun, prompt: RunActivity, context: AgentNoticeContext): Notice {
  const flat = {
    action: 'prompted',
    agent_run_activity: {
      id: prompt.id,
      agent_run: run.id,
      type: 'prompt',
      content: prompt.content,
      ephemeral: false,
      signal: prompt.signal,
      actor: prompt.actorId,
      workspace: run.workspaceId,
    },
    agent_run: runData(run, prompt.statusAfter),
    agent_user_id: run.agentUserId,
    app_client_id: context.clientId,
    comment_id: run.commentId,
    issue_id: run.workItemId,
    project_id: run.projectId,
    workspace_id: run.workspaceId,
    type: 'agent_run_activity',
  };
  return notice('agent_run_user_prompt', 'prompted', flat, run, context);
}
