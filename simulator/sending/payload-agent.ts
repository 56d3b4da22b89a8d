import { planeTime } from '../world/plane-time.js';
import { type AgentRun, type RunActivity } from '../world/world.types.js';
import { type Notice } from './notice.types.js';
import { pythonJson, type PythonValue } from './python-json.js';

function runData(run: AgentRun): PythonValue {
  return {
    id: run.id,
    agent_user: run.agentUserId,
    issue: run.workItemId,
    project: run.projectId,
    workspace: run.workspaceId,
    comment: run.commentId,
    status: run.status,
    type: 'comment_thread',
    started_at: planeTime(run.startedAt),
  };
}

function notice(event: string, payload: PythonValue): Notice {
  const body = Buffer.from(pythonJson(payload));
  return { event, shape: 'agent', body: () => body };
}

/** `agent_run` created: a user mentioned the app. */
export function agentRunCreated(run: AgentRun, clientId: string): Notice {
  return notice('agent_run_create', {
    action: 'created',
    agent_run: runData(run),
    agent_user_id: run.agentUserId,
    app_client_id: clientId,
    issue_id: run.workItemId,
    project_id: run.projectId,
    workspace_id: run.workspaceId,
    comment_id: run.commentId,
    type: 'agent_run',
  });
}

/** `agent_run_activity` prompted: a user wrote to the run, or stops it (`signal`). */
export function agentRunPrompted(run: AgentRun, prompt: RunActivity, clientId: string): Notice {
  return notice('agent_run_user_prompt', {
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
    agent_run: runData(run),
    agent_user_id: run.agentUserId,
    app_client_id: clientId,
    comment_id: run.commentId,
    issue_id: run.workItemId,
    project_id: run.projectId,
    workspace_id: run.workspaceId,
    type: 'agent_run_activity',
  });
}
