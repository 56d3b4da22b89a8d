import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type RecordKind } from '../actions/record.actions.js';
import { recordOf } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { recordBody } from '../world/record-body.js';
import { type JsonValue, type PlaneRecord } from '../world/record.types.js';
import { badInput, notFound } from '../world/world.error.js';
import { ITEM } from './collections.js';
import { callingUser, parameter, placeOf } from './path-entities.js';

const KIND: RecordKind = { kind: 'value' };

/** The values of the path's property at the path's work item. */
function valuesOf({ world }: SimulatorContext, request: FastifyRequest, place: Record<string, string>): PlaneRecord[] {
  return world.records.in(KIND.kind, { ...place, property: parameter(request, 'property') });
}

function answer(records: readonly PlaneRecord[], many: boolean) {
  const bodies = records.map(recordBody);
  return many ? bodies : bodies[0];
}

/** Sets the values: one, or those of a list where the property is `is_multi`. */
function set(context: SimulatorContext, request: FastifyRequest, mustExist: boolean) {
  const { value } = recordOf(request.body);
  if (value === undefined) throw badInput('"value" is required.');
  const place = placeOf(context, request);
  const { workspace = '', property = '' } = place;
  const many = context.world.records.find('property', { workspace }, property).fields.is_multi === true;
  const before = valuesOf(context, request, { ...place });
  if (mustExist && before.length === 0) throw notFound('value of the property', property);
  for (const record of before) context.world.records.remove(record);
  const values = (many && Array.isArray(value) ? value : [value]) as JsonValue[]; // parsed JSON
  const options = context.byApi();
  const made = values.map((each) =>
    context.records.create(callingUser(context, request), KIND, place, { value: each, property }, options),
  );
  return answer(made, many);
}

/** Values of the properties of a work item. */
export function propertyValueRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const { world } = context;
  const path = `${ITEM}work-item-properties/:property/values/`;

  app.get(`${ITEM}work-item-properties/values/`, async (request) => {
    const byProperty = Map.groupBy(
      world.records.in(KIND.kind, placeOf(context, request)),
      ({ place }) => place.property ?? '',
    );
    return [...byProperty].map(([id, records]) => ({
      property_id: id,
      values: records.map(({ fields }) => fields.value),
    }));
  });

  app.get(path, async (request) => {
    const place = placeOf(context, request);
    const { workspace = '', property = '' } = place;
    const records = valuesOf(context, request, { ...place });
    if (records.length === 0) throw notFound('value of the property', property);
    return answer(records, world.records.find('property', { workspace }, property).fields.is_multi === true);
  });

  app.post(path, async (request, reply) => reply.code(201).send(set(context, request, false)));
  app.patch(path, async (request) => set(context, request, true));

  app.delete(path, async (request, reply) => {
    for (const record of valuesOf(context, request, { ...placeOf(context, request) })) world.records.remove(record);
    return reply.code(204).send();
  });
}
