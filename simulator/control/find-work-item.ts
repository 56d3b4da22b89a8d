import { badInput } from '../world/world.error.js';
import { type WorkItem } from '../world/world.types.js';
import { type World } from '../world/world.js';

/** The work item with this id or identifier (`WEB-2`); without one the first of the workspace. */
export function findWorkItem(world: World, place: { workspace?: string; workItem?: string }): WorkItem {
  const workspace = place.workspace === undefined ? undefined : world.workspace(place.workspace);
  const candidates = [...world.workItems.values()].filter(
    (item) => workspace === undefined || item.workspaceId === workspace.id,
  );
  const { workItem: key } = place;
  const found = candidates.find((item) => key === undefined || item.id === key || identifierOf(world, item) === key);
  if (found) return found;
  throw badInput(`There is no work item "${key ?? ''}"${workspace ? ` in "${workspace.slug}"` : ''}.`);
}

/** The identifier of a work item: `WEB-2`. */
export function identifierOf(world: World, item: WorkItem): string {
  return `${world.projectOf(item).identifier}-${item.sequenceId}`;
}
