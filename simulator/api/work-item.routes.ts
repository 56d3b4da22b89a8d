import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { recordOf, textField } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { notFound } from '../world/world.error.js';
import { type WorkItem } from '../world/world.types.js';
import { pageOf } from './pages.js';
import { callingUser, pathProject, pathWorkItem, pathWorkspace } from './path-entities.js';
import { workItemBody } from './serializers.js';
import { newWorkItemFields, workItemFields } from './work-item-input.js';
import { searchWorkItems } from './work-item-search.js';

const WORKSPACE_ITEMS = '/workspaces/:slug/work-items/';
const ITEMS = '/workspaces/:slug/projects/:project/work-items/';

/** Finds `WEB-2`. */
function byIdentifier(context: SimulatorContext, request: FastifyRequest): WorkItem {
  const workspace = pathWorkspace(context, request);
  const wanted = textField(recordOf(request.params), 'identifier');
  const found = [...context.world.workItems.values()].find(
    (item) =>
      item.workspaceId === workspace.id && `${context.world.projectOf(item).identifier}-${item.sequenceId}` === wanted,
  );
  if (!found) throw notFound('work item', wanted);
  return found;
}

function readingRoutes(app: FastifyInstance, context: SimulatorContext): void {
  app.get(`${WORKSPACE_ITEMS}search/`, async (request) =>
    searchWorkItems(context.world, pathWorkspace(context, request), request),
  );

  app.get(`${WORKSPACE_ITEMS}:identifier/`, async (request) => workItemBody(byIdentifier(context, request)));

  app.get(ITEMS, async (request) => {
    const items = context.world.workItemsOf(pathProject(context, request).id);
    return pageOf(items.map(workItemBody), request);
  });

  app.get(`${ITEMS}:item/`, async (request) => workItemBody(pathWorkItem(context, request)));
}

/** Work items: list, retrieve, search, create, update, delete. Changes send webhooks. */
export function workItemRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const options = () => ({ shape: context.settings.shape });
  readingRoutes(app, context);

  app.post(ITEMS, async (request, reply) => {
    const project = pathProject(context, request);
    const fields = newWorkItemFields(request.body);
    const item = context.workItems.create(callingUser(context, request), project, fields, options());
    return reply.code(201).send(workItemBody(item));
  });

  app.patch(`${ITEMS}:item/`, async (request) => {
    const item = pathWorkItem(context, request);
    context.workItems.update(callingUser(context, request), item, workItemFields(request.body), options());
    return workItemBody(item);
  });

  app.delete(`${ITEMS}:item/`, async (request, reply) => {
    context.workItems.delete(callingUser(context, request), pathWorkItem(context, request), options());
    return reply.code(204).send();
  });
}
