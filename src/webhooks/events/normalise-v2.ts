import { actorOf, authorIdOf, commentRecordOf, projectIdOf, entityViews } from './entity.views.js';
import { canonicalEventName, familyOfName } from './event-table.js';
import { malformed, MalformedPayloadError } from './malformed-payload.error.js';
import { recordWithoutNoneText } from './none-text.js';
import { type NormalisedEvent } from './normalised-event.js';
import { fieldOf, idAt, isRecord, requiredText, textOf } from './payload-fields.js';
import { type FieldChange } from './field-changes.js';
import { type PlaneActor, type PlaneRecord } from './plane-event.js';

/** An event's name in parts. */
interface NameParts {
  readonly family: string;
  readonly action: string;
}

/** An object; an empty one where the field is missing. */
function optionalRecord(payload: PlaneRecord, field: string): Record<string, unknown> {
  const value = fieldOf(payload, field) ?? {};
  if (!isRecord(value)) throw new MalformedPayloadError(malformed.wrongField(field, 'an object'));
  return recordWithoutNoneText(value);
}

/** The new values are in the entity, or in the comment nested in it. */
function changesOf(data: PlaneRecord, previous: PlaneRecord): Record<string, FieldChange> {
  const comment = commentRecordOf(data);
  return Object.fromEntries(
    Object.entries(previous).map(([field, old]) => {
      const source = [data, comment].find((record) => Object.hasOwn(record, field));
      return [field, source === undefined ? { old } : { old, new: source[field] }];
    }),
  );
}

/** v2 has no actor: it is derived from the record's author or last editor. */
function actorOfV2({ family, action }: NameParts, data: PlaneRecord): PlaneActor | undefined {
  if (family.endsWith('.comment')) return actorOf(authorIdOf(commentRecordOf(data)));
  if (action === 'created') return actorOf(fieldOf(data, 'created_by_id'));
  return action === 'deleted' ? undefined : actorOf(fieldOf(data, 'updated_by_id'));
}

/**
 * Normalises a v2 payload; the id is `event_id`.
 *
 * @throws {MalformedPayloadError} where `event_id`, `event` or `workspace_id` is missing, or `data` or
 *   `previous_attributes` is not an object
 */
export function normaliseV2(payload: PlaneRecord): NormalisedEvent {
  const event = requiredText(payload, 'event');
  const name = canonicalEventName(event) ?? event;
  const parts = { family: familyOfName(name), action: name.slice(name.lastIndexOf('.') + 1) };
  const data = optionalRecord(payload, 'data');
  const previous = optionalRecord(payload, 'previous_attributes');
  const deleted = parts.action === 'deleted';
  const record = deleted ? { ...previous, ...data } : data;
  const entityId = idAt(payload, 'entity_id') ?? idAt(record, 'id') ?? '';
  return {
    id: requiredText(payload, 'event_id'),
    name,
    workspaceId: requiredText(payload, 'workspace_id'),
    projectId: parts.family === 'project' ? textOf(entityId) : projectIdOf(record),
    entityId,
    entityType: textOf(fieldOf(payload, 'entity_type')) ?? parts.family,
    data,
    changes: deleted ? {} : changesOf(data, previous),
    actor: deleted ? undefined : actorOfV2(parts, data),
    source: 'v2',
    views: entityViews({ family: parts.family, record, entityId, workItemId: entityId }),
  };
}
