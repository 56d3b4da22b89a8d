import { createHash } from 'node:crypto';
import { type Delivery, type NormalisedEvent } from './normalised-event.js';
import { idAt, recordAt } from './payload-fields.js';

/** The name and the source of an event whose shape this release does not know; its workspace where that is missing. */
export const UNKNOWN = 'unknown';

/** An event of none of Plane's shapes, with what can be read of it. It is stored for a release that knows the shape. */
export function normaliseUnknown({ body, payload }: Pick<Delivery, 'body' | 'payload'>): NormalisedEvent {
  return {
    id: createHash('sha256').update(body).digest('hex'),
    name: UNKNOWN,
    workspaceId: idAt(payload, 'workspace_id', 'workspace') ?? UNKNOWN,
    entityId: idAt(payload, 'entity_id') ?? idAt(recordAt(payload, 'data'), 'id') ?? '',
    entityType: UNKNOWN,
    data: recordAt(payload, 'data'),
    changes: {},
    source: UNKNOWN,
    views: {},
  };
}
