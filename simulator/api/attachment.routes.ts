import { type FastifyInstance, type FastifyRequest } from 'fastify';
import { type RecordKind } from '../actions/record.actions.js';
import { optionalText, recordOf, textField } from '../http-body.js';
import { type SimulatorContext } from '../simulator-context.js';
import { recordBody } from '../world/record-body.js';
import { type PlaneRecord } from '../world/record.types.js';
import { badInput, conflict } from '../world/world.error.js';
import { ITEM } from './collections.js';
import { callingUser, parameter, placeOf } from './path-entities.js';

/** Where files are uploaded to: what an object storage is for Plane. */
const UPLOADS = '/_uploads';

/** Until its file is there, nobody hears of an attachment. */
const PENDING: RecordKind = { kind: 'attachment' };
const KIND: RecordKind = { ...PENDING, family: 'workitem.attachment' };

const isUploaded = ({ fields }: PlaneRecord) => fields.is_uploaded === true;

function create(context: SimulatorContext, request: FastifyRequest): PlaneRecord {
  const body = recordOf(request.body);
  const name = textField(body, 'name');
  if (typeof body.size !== 'number' || body.size <= 0) throw badInput('"size" is required and must be a number.');
  const place = placeOf(context, request);
  const fields = {
    asset: `${place.workspace}/${name}`,
    attributes: { name, size: body.size, type: optionalText(body, 'type') ?? 'application/octet-stream' },
    size: body.size,
    entity_type: 'ISSUE_ATTACHMENT',
    is_uploaded: false,
    is_deleted: false,
    is_archived: false,
    storage_metadata: {},
    external_id: optionalText(body, 'external_id') ?? null,
    external_source: optionalText(body, 'external_source') ?? null,
  };
  return context.records.create(callingUser(context, request), PENDING, place, fields, context.byApi());
}

function found(context: SimulatorContext, request: FastifyRequest): PlaneRecord {
  return context.world.records.find(KIND.kind, placeOf(context, request), parameter(request, 'id'));
}

/** After this the attachment is listed, and announced. */
function finish(context: SimulatorContext, request: FastifyRequest): PlaneRecord {
  const record = found(context, request);
  if (isUploaded(record)) return record;
  if (record.fields.received !== true) throw conflict('The file was not uploaded: POST it to "upload_data.url" first.');
  const { received: _received, ...fields } = record.fields;
  context.world.records.remove(record);
  const complete = { ...fields, is_uploaded: true };
  const user = callingUser(context, request);
  context.world.records.add({ ...record, fields: complete, updatedAt: context.world.now() });
  const made = found(context, request);
  context.records.announceNew(user, KIND, made, context.byApi());
  return made;
}

/** Attachments of a work item: POST, upload to the address in the answer, PATCH `{"is_uploaded": true}`. */
export function attachmentRoutes(app: FastifyInstance, context: SimulatorContext): void {
  for (const name of ['attachments', 'issue-attachments']) {
    const path = `${ITEM}${name}/`;

    app.get(path, async (request) => {
      const all = context.world.records.in(KIND.kind, placeOf(context, request));
      return all.filter(isUploaded).map(recordBody);
    });

    app.post(path, async (request) => {
      const record = create(context, request);
      const url = `${request.protocol}://${request.host}${UPLOADS}/${record.id}`;
      const fields = { key: record.fields.asset, 'Content-Type': 'application/octet-stream' };
      const asset = `/api/assets/v2/${record.id}/`;
      return { upload_data: { url, fields }, asset_id: record.id, attachment: recordBody(record), asset_url: asset };
    });

    app.get(`${path}:id/`, async (request) => recordBody(found(context, request)));

    app.patch(`${path}:id/`, async (request, reply) => {
      if (recordOf(request.body).is_uploaded === true) finish(context, request);
      return reply.code(204).send();
    });

    app.delete(`${path}:id/`, async (request, reply) => {
      const options = context.byApi();
      context.records.delete(callingUser(context, request), KIND, found(context, request), options);
      return reply.code(204).send();
    });
  }
}

/** Takes the files of attachments, of any type and without a token, and keeps nothing of them. */
export function uploadRoutes(app: FastifyInstance, { world }: SimulatorContext): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async () => ({}));
  app.post<{ Params: { id: string } }>(`${UPLOADS}/:id`, async ({ params }, reply) => {
    world.records.find(KIND.kind, {}, params.id).fields.received = true;
    return reply.code(204).send();
  });
}
