import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type SimulatorContext } from '../simulator-context.js';
import { notFound } from '../world/world.error.js';
import { type WorkItem } from '../world/world.types.js';
import { ITEM } from './collections.js';
import { pageOf } from './pages.js';
import { parameter, pathWorkItem } from './path-entities.js';
import { historyBody } from './serializers.js';

/** The history of a work item's own fields, oldest first; `?order_by=-created_at` for the newest. */
export function historyRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const path = `${ITEM}activities/`;
  const bodies = (item: WorkItem) =>
    context.world.history.filter(({ workItemId }) => workItemId === item.id).map((entry) => historyBody(entry, item));

  app.get(path, async (request) => pageOf(bodies(pathWorkItem(context, request)), request));

  app.get(`${path}:id/`, async (request: FastifyRequest) => {
    const id = parameter(request, 'id');
    const found = bodies(pathWorkItem(context, request)).find((entry) => entry.id === id);
    if (!found) throw notFound('activity', id);
    return found;
  });
}
