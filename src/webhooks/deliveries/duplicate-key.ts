import { createHash } from 'node:crypto';
import { pairOf } from '../events/event-pair.js';
import { fieldOf, recordAt, textOf } from '../events/payload-fields.js';
import { type PlaneEvent } from '../events/plane-event.js';

/** What two webhooks that announce the same change have in common, and the field that this one names. */
export interface DuplicateKey {
  readonly key: string;
  readonly field: string;
}

/**
 * The key of a v1 webhook for one field of a pair (`state` and `state_id` …): the same entity, in the state after the
 * same change, by the same person. `undefined` for every other webhook.
 */
export function duplicateKeyOf({
  source,
  name,
  raw,
  workspaceId,
  entityId,
  data,
  actor,
}: PlaneEvent): DuplicateKey | undefined {
  if (source !== 'v1' || name !== 'workitem.updated') return undefined;
  const field = textOf(fieldOf(recordAt(raw, 'activity'), 'field'));
  const pair = field === undefined ? undefined : pairOf(field);
  const updatedAt = textOf(fieldOf(data, 'updated_at'));
  if (field === undefined || pair === undefined || updatedAt === undefined) return undefined;
  const parts = JSON.stringify([workspaceId, entityId, pair, actor?.id ?? '', updatedAt]);
  return { key: createHash('sha256').update(parts).digest('base64url'), field };
}
