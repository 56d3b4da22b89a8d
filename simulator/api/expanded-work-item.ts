import { type FastifyRequest } from 'fastify';
import { optionalText, recordOf } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { recordBody } from '../world/record-body.js';
import { type World } from '../world/world.js';
import { type WorkItem } from '../world/world.types.js';
import { listOf } from './pages.js';
import { projectBody, userBody, workItemBody } from './serializers.js';

/** What the query's `expand` can replace the ids of a work item by. */
const EXPANSIONS: Readonly<Record<string, (world: World, item: WorkItem) => unknown>> = {
  assignees: (world, { assigneeIds }) => assigneeIds.map((id) => userBody(world.user(id))),
  labels: (world, { labelIds, workspaceId: workspace }) =>
    labelIds.map((id) => recordBody(world.records.find('label', { workspace }, id))),
  state: (world, { stateId, workspaceId: workspace }) =>
    recordBody(world.records.find('state', { workspace }, stateId)),
  project: (world, item) => projectBody(world.projectOf(item)),
  parent: (world, { parentId }) => (parentId === null ? null : workItemBody(world.workItem(parentId))),
  type: (world, { typeId, workspaceId: workspace }) =>
    typeId === null ? null : recordBody(world.records.find('type', { workspace }, typeId)),
};

/** A work item with what the query's `expand` names: `state,labels`. */
export function expanded(world: World, item: WorkItem, request: FastifyRequest): Record<string, unknown> {
  const names = (optionalText(recordOf(request.query), 'expand') ?? '').split(',');
  const entries = names.flatMap((name) => {
    const expand = EXPANSIONS[name];
    return expand ? [[name, expand(world, item)] as const] : [];
  });
  return { ...workItemBody(item), ...Object.fromEntries(entries) };
}

/** A page of work items, with what the query's `expand` names. */
export function listItems({ world }: SimulatorContext, request: FastifyRequest, items: readonly WorkItem[]) {
  return listOf(
    items.map((item) => expanded(world, item, request)),
    request,
  );
}
