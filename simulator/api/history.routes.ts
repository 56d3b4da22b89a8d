import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type SimulatorContext } from '../simulator-context.js';
import { notFound } from '../world/world.error.js';
import { optionalText, recordOf } from '../http-body.js';
import { type Project } from '../world/world.types.js';
import { ITEM } from './collections.js';
import { pageOf } from './pages.js';
import { parameter, pathProject } from './path-entities.js';
import { historyBody, userBody } from './serializers.js';

/**
 * The history of a work item's own fields, oldest first; `?order_by=-created_at` for the newest. Plane still has it when the
 * work item is deleted.
 */
export function historyRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const path = `${ITEM}activities/`;
  const bodies = (request: FastifyRequest) => {
    const project: Project = pathProject(context, request);
    const itemId = parameter(request, 'item');
    const item = context.world.workItems.get(itemId);
    const entries = context.world.history.filter(({ workItemId }) => workItemId === itemId);
    if (entries.length === 0 || (item && item.projectId !== project.id)) throw notFound('work item', itemId);
    const expandsActor = (optionalText(recordOf(request.query), 'expand') ?? '').split(',').includes('actor');
    return entries.map((entry) => ({
      ...historyBody(entry, { projectId: project.id, workspaceId: project.workspaceId }),
      ...(expandsActor && { actor: userBody(context.world.user(entry.actorId)) }),
    }));
  };

  app.get(path, async (request) => pageOf(bodies(request), request));

  app.get(`${path}:id/`, async (request: FastifyRequest) => {
    const id = parameter(request, 'id');
    const found = bodies(request).find((entry) => entry.id === id);
    if (!found) throw notFound('activity', id);
    return found;
  });
}
