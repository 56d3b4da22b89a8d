import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { recordOf } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { fieldText } from '../world/field-text.js';
import { recordBody } from '../world/record-body.js';
import { type Fields, type PlaneRecord, type Place } from '../world/record.types.js';
import { badInput } from '../world/world.error.js';
import { type Collection, COLLECTIONS } from './collections.js';
import { listOf, pageOf } from './pages.js';
import { callingUser, parameter, placeOf } from './path-entities.js';

const SERVER_FIELDS = new Set(['id', 'created_at', 'updated_at', 'deleted_at', 'created_by', 'updated_by']);
const PLACE_FIELDS = new Set(['project', 'project_id', 'workspace', 'workspace_id', 'issue']);

/** The fields of a body that a caller may set. */
export function fieldsOf(body: unknown): Fields {
  const entries = Object.entries(recordOf(body)).filter(
    ([name, value]) => value !== undefined && !SERVER_FIELDS.has(name) && !PLACE_FIELDS.has(name),
  );
  return Object.fromEntries(entries) as Fields; // parsed JSON
}

/** The fields of a new record. @throws 400 where one that is needed is absent */
function newFields({ required = [], defaults, kind }: Collection, place: Place, body: unknown): Fields {
  const fields = { ...defaults, ...fieldsOf(body) };
  const missing = required.find((name) => fields[name] === undefined || fields[name] === null || fields[name] === '');
  if (missing !== undefined) throw badInput(`"${missing}" is required.`);
  if (kind === 'option') return { ...fields, property: place.property ?? null };
  if (kind !== 'property') return fields;
  const { display_name: shown } = fields;
  return { name: fieldText(shown).toLowerCase().replaceAll(' ', '_'), ...fields, issue_type: place.type ?? null };
}

/** The options that a property is created with become records. */
function addOptions(context: SimulatorContext, request: FastifyRequest, property: PlaneRecord): void {
  const option = COLLECTIONS.find(({ kind }) => kind === 'option');
  const { options } = property.fields;
  if (!option || !Array.isArray(options)) return;
  const { workspace = '', project = '' } = property.place;
  const place = { workspace, project, property: property.id };
  const made = options.map((each) => {
    const fields = newFields(option, place, each);
    const shape = context.byApi();
    return recordBody(context.records.create(callingUser(context, request), option, place, fields, shape));
  });
  Object.assign(property.fields, { options: made });
}

function found(context: SimulatorContext, { kind }: Collection, request: FastifyRequest): PlaneRecord {
  return context.world.records.find(kind, placeOf(context, request), parameter(request, 'id'));
}

const isArchived = ({ fields }: PlaneRecord) => typeof fields.archived_at === 'string';

function routesOf(app: FastifyInstance, context: SimulatorContext, collection: Collection, path: string): void {
  const { world, records } = context;
  const options = () => context.byApi();

  app.get(path, async (request) => {
    const all = world.records.in(collection.kind, placeOf(context, request));
    const bodies = all.filter((record) => !isArchived(record)).map(recordBody);
    return collection.unpaged ? bodies : listOf(bodies, request);
  });

  app.post(path, async (request, reply) => {
    const place = placeOf(context, request);
    const fields = newFields(collection, place, request.body);
    const record = records.create(callingUser(context, request), collection, place, fields, options());
    if (collection.kind === 'property') addOptions(context, request, record);
    return reply.code(201).send(recordBody(record));
  });

  app.get(`${path}:id/`, async (request) => recordBody(found(context, collection, request)));

  app.patch(`${path}:id/`, async (request) => {
    const record = found(context, collection, request);
    const user = callingUser(context, request);
    return recordBody(records.update(user, collection, record, fieldsOf(request.body), options()));
  });

  app.delete(`${path}:id/`, async (request, reply) => {
    records.delete(callingUser(context, request), collection, found(context, collection, request), options());
    return reply.code(204).send();
  });
}

/** `POST …/cycles/:id/archive/`, `GET …/archived-cycles/`, `DELETE …/archived-cycles/:id/unarchive/`. */
function archiveRoutes(app: FastifyInstance, context: SimulatorContext, collection: Collection): void {
  const { world, records } = context;
  const [path = ''] = collection.paths;
  const archive = `${path.slice(0, path.slice(0, -1).lastIndexOf('/') + 1)}${collection.archive}`;
  const move = (request: FastifyRequest, archived: boolean) => {
    const record = found(context, collection, request);
    records.archive(callingUser(context, request), collection, record, archived, context.byApi());
  };

  app.get(archive, async (request) => {
    const all = world.records.in(collection.kind, placeOf(context, request));
    return pageOf(all.filter(isArchived).map(recordBody), request);
  });

  app.post(`${path}:id/archive/`, async (request, reply) => {
    move(request, true);
    return reply.code(204).send();
  });

  app.delete(`${archive}:id/unarchive/`, async (request, reply) => {
    move(request, false);
    return reply.code(204).send();
  });
}

/** List, retrieve, create, update and delete for each of {@link COLLECTIONS}. */
export function collectionRoutes(app: FastifyInstance, context: SimulatorContext): void {
  for (const collection of COLLECTIONS) {
    for (const path of collection.paths) routesOf(app, context, collection, path);
    if (collection.archive !== undefined) archiveRoutes(app, context, collection);
  }
}
