import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { recordOf, textField } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { fieldText } from '../world/field-text.js';
import { recordBody } from '../world/record-body.js';
import { type PlaneRecord } from '../world/record.types.js';
import { badInput, notFound } from '../world/world.error.js';
import { listItems } from './expanded-work-item.js';
import { callingUser, parameter, placeOf } from './path-entities.js';

/** Lists of work items in another entity: a cycle's, a module's, a milestone's. */
const MEMBERSHIPS = [
  { of: 'cycle', list: 'cycles', name: 'cycle-issues', exclusive: true },
  { of: 'module', list: 'modules', name: 'module-issues', exclusive: false },
  { of: 'milestone', list: 'milestones', name: 'work-items', exclusive: true },
] as const;

type Membership = (typeof MEMBERSHIPS)[number];

const kindOf = ({ of }: Membership) => ({ kind: `${of} work item` });

/** The ids in `issues`. @throws 400 where it is no list of work items of the project */
function issuesOf(context: SimulatorContext, request: FastifyRequest): string[] {
  const { issues } = recordOf(request.body);
  const { project } = placeOf(context, request);
  if (!Array.isArray(issues) || issues.length === 0) throw badInput('"issues" is required and must be a list of ids.');
  return issues.map((id) => {
    const item = context.world.workItem(fieldText(id));
    if (item.projectId !== project) throw notFound('work item', item.id);
    return item.id;
  });
}

/** As Plane's history shows it: by the name of the cycle or module; of milestones it shows nothing. */
function note(
  context: SimulatorContext,
  request: FastifyRequest,
  { of, list }: Membership,
  issue: string,
  verb: 'created' | 'deleted',
): void {
  if (of === 'milestone') return;
  const { [of]: id = '', workspace = '' } = placeOf(context, request);
  const name = fieldText(context.world.records.find(of, { workspace }, id).fields.name);
  const [before, after] = verb === 'created' ? [null, name] : [name, null];
  const ids = verb === 'created' ? { afterId: id } : { beforeId: id };
  const [user, item] = [callingUser(context, request), context.world.workItem(issue)];
  const change = { verb, field: list, before, after, ...ids };
  context.world.note(issue, user.id, change);
  context.workItems.part(user, item, change, context.byApi());
}

function add(context: SimulatorContext, request: FastifyRequest, membership: Membership): PlaneRecord[] {
  const [kind, place, user] = [kindOf(membership), placeOf(context, request), callingUser(context, request)];
  const options = context.byApi();
  return issuesOf(context, request).map((issue) => {
    const { workspace = '', project = '' } = place;
    const known = context.world.records
      .in(kind.kind, membership.exclusive ? { workspace, project } : place)
      .filter(({ fields }) => fields.issue === issue);
    for (const record of known) context.world.records.remove(record);
    context.world.workItem(issue).updatedAt = context.world.now();
    note(context, request, membership, issue, 'created');
    return context.records.create(user, kind, place, { issue, [membership.of]: place[membership.of] ?? null }, options);
  });
}

function remove(context: SimulatorContext, request: FastifyRequest, membership: Membership, ids: string[]): void {
  for (const id of ids) {
    const all = context.world.records.in(kindOf(membership).kind, placeOf(context, request));
    const found = all.find(({ fields }) => fields.issue === id);
    if (!found) throw notFound(`work item in the ${membership.of}`, id);
    context.world.records.remove(found);
    context.world.workItem(id).updatedAt = context.world.now();
    note(context, request, membership, id, 'deleted');
  }
}

function routesOf(app: FastifyInstance, context: SimulatorContext, membership: Membership): void {
  const { world } = context;
  const path = `/workspaces/:slug/projects/:project/${membership.list}/:${membership.of}/${membership.name}/`;

  app.get(path, async (request) => {
    const ids = world.records.in(kindOf(membership).kind, placeOf(context, request)).map(({ fields }) => fields.issue);
    const items = ids.flatMap((id) => world.workItems.get(fieldText(id)) ?? []);
    return listItems(context, request, items);
  });

  app.post(path, async (request, reply) => reply.code(201).send(add(context, request, membership).map(recordBody)));

  app.delete(path, async (request, reply) => {
    remove(context, request, membership, issuesOf(context, request));
    return reply.code(204).send();
  });

  app.delete(`${path}:id/`, async (request, reply) => {
    remove(context, request, membership, [parameter(request, 'id')]);
    return reply.code(204).send();
  });
}

/** Work items of cycles, modules and milestones. Only the community edition up to v0.26.0 sends webhooks about them. */
export function membershipRoutes(app: FastifyInstance, context: SimulatorContext): void {
  for (const membership of MEMBERSHIPS) routesOf(app, context, membership);

  app.post('/workspaces/:slug/projects/:project/cycles/:cycle/transfer-issues/', async (request) => {
    const place = placeOf(context, request);
    const { workspace = '', project = '' } = place;
    const target = textField(recordOf(request.body), 'new_cycle_id');
    const { id } = context.world.records.find('cycle', { workspace, project }, target);
    for (const record of context.world.records.in('cycle work item', place)) {
      context.world.records.remove(record);
      context.world.records.add({
        ...record,
        place: { ...record.place, cycle: id },
        fields: { ...record.fields, cycle: id },
      });
    }
    return { message: 'Success' };
  });
}
