import { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { recordOf, textField } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { notFound } from '../world/world.error.js';
import { type WorkItem } from '../world/world.types.js';
import { expanded, listItems } from './expanded-work-item.js';
import { callingUser, pathProject, pathWorkItem, pathWorkspace } from './path-entities.js';
import { workItemBody } from './serializers.js';
import { newWorkItemFields, workItemFields } from './work-item-input.js';
import { advancedSearch, searchWorkItems } from './work-item-search.js';

const WORKSPACE_ITEMS = '/workspaces/:slug/work-items/';
const PROJECT = '/workspaces/:slug/projects/:project/';
const ITEMS = `${PROJECT}work-items/`;

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

  app.post(`${WORKSPACE_ITEMS}advanced-search/`, async (request) =>
    advancedSearch(context.world, pathWorkspace(context, request), request),
  );

  app.get(WORKSPACE_ITEMS, async (request) => listItems(context, request, itemsOfWorkspace(context, request)));

  app.get(`${WORKSPACE_ITEMS}count/`, async (request) => ({
    grouped_by: null,
    sub_grouped_by: null,
    total_count: itemsOfWorkspace(context, request).length,
    grouped_counts: {},
  }));

  app.get(`${WORKSPACE_ITEMS}:identifier/`, async (request) =>
    expanded(context.world, byIdentifier(context, request), request),
  );

  app.get(ITEMS, async (request) => {
    const items = context.world.workItemsOf(pathProject(context, request).id);
    return listItems(
      context,
      request,
      items.filter(({ archivedAt }) => archivedAt === null),
    );
  });

  app.get(`${PROJECT}archived-work-items/`, async (request) => {
    const items = context.world.workItemsOf(pathProject(context, request).id);
    return listItems(
      context,
      request,
      items.filter(({ archivedAt }) => archivedAt !== null),
    );
  });

  app.get(`${ITEMS}:item/`, async (request) => expanded(context.world, pathWorkItem(context, request), request));
}

function itemsOfWorkspace(context: SimulatorContext, request: FastifyRequest): WorkItem[] {
  const { id } = pathWorkspace(context, request);
  return [...context.world.workItems.values()].filter(
    ({ workspaceId, archivedAt }) => workspaceId === id && archivedAt === null,
  );
}

/** `POST …/archive/`, `DELETE …/unarchive/`. */
function archiveRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const move = async (request: FastifyRequest, reply: FastifyReply, archived: boolean) => {
    const options = context.byApi();
    context.workItems.archive(callingUser(context, request), pathWorkItem(context, request), archived, options);
    return reply.code(204).send();
  };
  app.post(`${ITEMS}:item/archive/`, async (request, reply) => move(request, reply, true));
  app.delete(`${ITEMS}:item/unarchive/`, async (request, reply) => move(request, reply, false));
}

/** Work items: list, retrieve, search, count, create, update, archive, delete. Changes send webhooks. */
export function workItemRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const options = () => context.byApi();
  readingRoutes(app, context);
  archiveRoutes(app, context);

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
