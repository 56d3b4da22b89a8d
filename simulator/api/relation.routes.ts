import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type RecordKind } from '../actions/record.actions.js';
import { recordOf, textField } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { fieldText } from '../world/field-text.js';
import { type PlaneRecord } from '../world/record.types.js';
import { type WorkItem } from '../world/world.types.js';
import { badInput, notFound } from '../world/world.error.js';
import { ITEM } from './collections.js';
import { callingUser, pathWorkItem, placeOf } from './path-entities.js';
import { workItemBody } from './serializers.js';

/** Each type of relation, and how the related work item sees it. */
const INVERSES: Readonly<Record<string, string>> = {
  blocking: 'blocked_by',
  blocked_by: 'blocking',
  duplicate: 'duplicate',
  relates_to: 'relates_to',
  start_after: 'start_before',
  start_before: 'start_after',
  finish_after: 'finish_before',
  finish_before: 'finish_after',
};

const KIND: RecordKind = { kind: 'relation', family: 'workitem.relation' };

/** The relations of a work item, from whichever side they were made, with the other work item's id. */
function relationsOf({ world }: SimulatorContext, id: string, workspace: string) {
  return world.records.in(KIND.kind, { workspace }).flatMap((record) => {
    const { relation_type: type, related_issue: related } = record.fields;
    if (record.place.item === id) return [{ record, type: fieldText(type), other: fieldText(related) }];
    if (related !== id) return [];
    return [{ record, type: INVERSES[fieldText(type)] ?? '', other: record.place.item ?? '' }];
  });
}

/** To the community edition it is a change of both work items, each with the other one's id as that of the old value. */
function announce(context: SimulatorContext, request: FastifyRequest, type: string, related: WorkItem): void {
  const [user, item] = [callingUser(context, request), pathWorkItem(context, request)];
  const sides = [
    { of: item, field: type, other: related },
    { of: related, field: INVERSES[type] ?? '', other: item },
  ];
  for (const { of, field, other } of sides) {
    const after = `${context.world.projectOf(other).identifier}-${other.sequenceId}`;
    context.workItems.part(
      user,
      of,
      { verb: 'updated', field, before: null, after, beforeId: other.id },
      context.byApi(),
    );
  }
}

function create(context: SimulatorContext, request: FastifyRequest): PlaneRecord[] {
  const body = recordOf(request.body);
  const type = textField(body, 'relation_type');
  if (!(type in INVERSES)) throw badInput(`"relation_type" must be one of ${Object.keys(INVERSES).join(', ')}.`);
  if (!Array.isArray(body.issues)) throw badInput('"issues" is required and must be a list of ids.');
  const [place, user] = [placeOf(context, request), callingUser(context, request)];
  const options = context.byApi();
  return body.issues.map((id) => {
    const related = context.world.workItemIn(place.workspace ?? '', fieldText(id));
    const fields = { relation_type: type, related_issue: related.id };
    const record = context.records.create(user, KIND, place, fields, options);
    announce(context, request, type, related);
    return record;
  });
}

/** Relations of a work item: they are seen from both sides. */
export function relationRoutes(app: FastifyInstance, context: SimulatorContext): void {
  const path = `${ITEM}relations/`;

  app.get(path, async (request) => {
    const { id, workspaceId } = pathWorkItem(context, request);
    const found = relationsOf(context, id, workspaceId);
    return Object.fromEntries(
      Object.keys(INVERSES).map((type) => [type, found.filter((each) => each.type === type).map(({ other }) => other)]),
    );
  });

  app.post(path, async (request, reply) => {
    const made = create(context, request);
    const bodies = made.map(({ fields }) => ({
      ...workItemBody(context.world.workItem(fieldText(fields.related_issue))),
      relation_type: fields.relation_type,
    }));
    return reply.code(201).send(bodies);
  });

  app.post(`${path}remove/`, async (request, reply) => {
    const { id, workspaceId } = pathWorkItem(context, request);
    const related = textField(recordOf(request.body), 'related_issue');
    const found = relationsOf(context, id, workspaceId).filter(({ other }) => other === related);
    if (found.length === 0) throw notFound('relation to the work item', related);
    const options = context.byApi();
    for (const { record } of found) context.records.delete(callingUser(context, request), KIND, record, options);
    return reply.code(204).send();
  });
}
