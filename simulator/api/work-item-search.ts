import { type FastifyRequest } from 'fastify';
import { optionalText, recordOf } from '../http-body.js';
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
