import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type RecordKind } from '../actions/record.actions.js';
import { recordOf } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { fieldText } from '../world/field-text.js';
import { recordBody } from '../world/record-body.js';
import { type PlaneRecord } from '../world/record.types.js';
import { notFound } from '../world/world.error.js';
import { fieldsOf } from './collection.routes.js';
import { pageOf } from './pages.js';
import { callingUser, parameter, pathProject, placeOf } from './path-entities.js';
import { workItemBody } from './serializers.js';
import { newWorkItemFields, workItemFields } from './work-item-input.js';

const KIND: RecordKind = { kind: 'intake work item' };
/** Plane's status of what nobody has looked at. */
const PENDING = -2;

function bodyOf({ world }: SimulatorContext, record: PlaneRecord) {
  return { ...recordBody(record), issue_detail: workItemBody(world.workItem(fieldText(record.fields.issue))) };
}

function all(context: SimulatorContext, request: FastifyRequest): PlaneRecord[] {
  const { world } = context;
  return world.records
    .in(KIND.kind, placeOf(context, request))
    .filter(({ fields }) => world.workItems.has(fieldText(fields.issue)));
}

/** By the id of its work item, as in Plane. */
function found(context: SimulatorContext, request: FastifyRequest): PlaneRecord {
  const id = parameter(request, 'id');
  const record = all(context, request).find(({ fields }) => fields.issue === id);
  if (!record) throw notFound('intake work item', id);
  return record;
}

/** Intake work items: list, retrieve, create, update, delete, by the ids of their work items. */
export function intakeRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const path = '/workspaces/:slug/projects/:project/intake-issues/';
  const options = () => context.byApi();

  app.get(path, async (request) =>
    pageOf(
      all(context, request).map((record) => bodyOf(context, record)),
      request,
    ),
  );

  app.post(path, async (request, reply) => {
    const { issue, ...more } = recordOf(request.body);
    const [user, place] = [callingUser(context, request), placeOf(context, request)];
    const item = context.workItems.create(user, pathProject(context, request), newWorkItemFields(issue), options());
    const fields = { status: PENDING, source: 'IN-APP', snoozed_till: null, ...fieldsOf(more), issue: item.id };
    const record = context.records.create(user, KIND, place, fields, options());
    return reply.code(201).send(bodyOf(context, record));
  });

  app.get(`${path}:id/`, async (request) => bodyOf(context, found(context, request)));

  app.patch(`${path}:id/`, async (request) => {
    const record = found(context, request);
    const before = Number(record.fields.status);
    const { issue = {}, ...more } = recordOf(request.body);
    const item = context.world.workItem(fieldText(record.fields.issue));
    context.workItems.update(callingUser(context, request), item, workItemFields(issue), options());
    context.records.update(callingUser(context, request), KIND, record, fieldsOf(more), options());
    context.records.intake(callingUser(context, request), item, record, before, options());
    return bodyOf(context, record);
  });

  app.delete(`${path}:id/`, async (request, reply) => {
    const record = found(context, request);
    const item = context.world.workItem(fieldText(record.fields.issue));
    context.world.records.remove(record);
    context.workItems.delete(callingUser(context, request), item, options());
    return reply.code(204).send();
  });
}
