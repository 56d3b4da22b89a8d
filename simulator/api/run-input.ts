import { type NewRun } from '../actions/run.actions.js';
import { optionalText, recordOf, textField } from '../http-body.js';
import { badInput } from '../world/world.error.js';
import { type World } from '../world/world.js';
import { type Workspace } from '../world/world.types.js';

/**
 * Reads a run that is started by the API (`CreateAgentRunRequest` of Plane's SDK).
 * @throws bad input for an unknown agent or type; 404 for a work item, project or comment of another workspace
 */
export function newRun(world: World, workspace: Workspace, body: unknown): NewRun {
  const record = recordOf(body);
  const agent = textField(record, 'agent_slug');
  const installation = world.activeInstallation(workspace.id);
  if (!installation || world.user(installation.botId).displayName !== agent) {
    throw badInput(`There is no agent "${agent}" in this workspace.`);
  }
  if ((optionalText(record, 'type') ?? 'comment_thread') !== 'comment_thread') {
    throw badInput('"type" must be comment_thread.');
  }
  const issue = optionalText(record, 'issue');
  const item = issue === undefined ? undefined : world.workItemIn(workspace.id, issue);
  const project = optionalText(record, 'project');
  const comment = (name: string) => {
    const id = optionalText(record, name);
    return id === undefined ? null : world.commentIn(workspace.id, id).id;
  };
  return {
    workspaceId: workspace.id,
    workItemId: item?.id ?? null,
    projectId: project === undefined ? (item?.projectId ?? null) : world.project(workspace.id, project).id,
    commentId: comment('comment'),
    sourceCommentId: comment('source_comment'),
    externalLink: optionalText(record, 'external_link') ?? null,
  };
}
