import { type SimulatorContext } from '../simulator-context.js';
import { textOfHtml } from '../world/comment-text.js';
import { type Installation } from '../world/world.types.js';
import { identifierOf } from './find-work-item.js';
import { runView } from './run.view.js';

function installationView({ world, sender }: SimulatorContext, installation: Installation) {
  const { workspaceId } = installation;
  return {
    id: installation.id,
    workspace: world.workspaceById(workspaceId).slug,
    workspaceId,
    botId: installation.botId,
    webhookId: installation.webhookId,
    status: installation.deletedAt === null ? 'installed' : 'uninstalled',
    webhookDisabled: sender.switches.isDisabled(workspaceId),
    dropped: sender.switches.dropped(workspaceId),
  };
}

function workspacesView({ world }: SimulatorContext) {
  return world.workspaces.map((workspace) => ({
    ...workspace,
    projects: world.projects
      .filter((project) => project.workspaceId === workspace.id)
      .map(({ id, identifier, name, states, labels }) => ({ id, identifier, name, states, labels })),
  }));
}

function talk(context: SimulatorContext) {
  const { world, runs } = context;
  return {
    comments: world.comments.map((comment) => ({ ...comment, text: textOfHtml(comment.html) })),
    runs: runs.all().map((run) => runView(context, run)),
  };
}

/** The complete state for tests, without values of tokens and secrets. Times are milliseconds. */
export function stateView(context: SimulatorContext) {
  const { app, world, sender, settings } = context;
  const ids = world.workspaces.map(({ id }) => id);
  return {
    clientId: app.clientId,
    workspaces: workspacesView(context),
    users: [...world.users.values()],
    workItems: [...world.workItems.values()].map((item) => ({
      ...item,
      identifier: identifierOf(world, item),
    })),
    installations: [...world.installations.values()].map((each) => installationView(context, each)),
    disabled: ids.some((id) => sender.switches.isDisabled(id)),
    dropped: ids.reduce((sum, id) => sum + sender.switches.dropped(id), 0),
    tokens: context.tokens.counts(),
    requests: context.requests,
    grants: context.grants,
    calls: context.calls,
    deliveries: sender.deliveries.map(({ body: _body, ...delivery }) => delivery),
    ...talk(context),
    faults: context.faults.list(),
    settings,
  };
}
