import { type FastifyRequest } from 'fastify';
import { optionalText, recordOf } from '../http-body.js';
import { notSimulated } from '../world/world.error.js';
import { type World } from '../world/world.js';
import { type WorkItem, type Workspace } from '../world/world.types.js';

function matches(world: World, item: WorkItem, words: string): boolean {
  const { identifier } = world.projectOf(item);
  const numbers = (words.match(/\b\d+\b/g) ?? []).map(Number);
  return (
    item.name.toLowerCase().includes(words) ||
    identifier.toLowerCase().includes(words) ||
    numbers.includes(item.sequenceId)
  );
}

/** Plane's search: by part of the name, the project's identifier or the number, not by ids. */
export function searchWorkItems(world: World, workspace: Workspace, request: FastifyRequest) {
  const query = recordOf(request.query);
  const words = (optionalText(query, 'search') ?? '').toLowerCase();
  const projectId = optionalText(query, 'project') ?? optionalText(query, 'project_id');
  const limit = Number(optionalText(query, 'limit') ?? 10);
  if (words === '') return { issues: [] };
  const found = [...world.workItems.values()].filter(
    (item) =>
      item.workspaceId === workspace.id &&
      (projectId === undefined || item.projectId === projectId) &&
      matches(world, item, words),
  );
  return {
    issues: found.slice(0, Number.isInteger(limit) && limit > 0 ? limit : 10).map((item) => ({
      id: item.id,
      name: item.name,
      sequence_id: item.sequenceId,
      project__identifier: world.projectOf(item).identifier,
      project_id: item.projectId,
      workspace__slug: workspace.slug,
    })),
  };
}

/** `POST …/work-items/advanced-search/`: by text; the filters of its languages are not evaluated. */
export function advancedSearch(world: World, { id }: Workspace, request: FastifyRequest) {
  const body = recordOf(request.body);
  if (body.filters !== undefined || body.pql !== undefined)
    throw notSimulated('The simulator does not evaluate "filters" and "pql" of a search: search by "query" alone.');
  const words = (optionalText(body, 'query') ?? '').toLowerCase();
  const found = [...world.workItems.values()].filter((item) => item.workspaceId === id && matches(world, item, words));
  return found.slice(0, typeof body.limit === 'number' ? body.limit : 100).map((item) => ({
    id: item.id,
    name: item.name,
    sequence_id: item.sequenceId,
    project_identifier: world.projectOf(item).identifier,
    project_id: item.projectId,
    workspace_id: item.workspaceId,
    type_id: item.typeId,
    state_id: item.stateId,
    priority: item.priority,
    target_date: item.targetDate,
    start_date: item.startDate,
  }));
}
