import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { pairOf } from '../events/work-item-changes.js';
import { fieldOf, recordAt, textOf } from '../events/payload-fields.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type NewDelivery } from './delivery-row.js';

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

/** In the order of the keys, so that two transactions with the same keys do not deadlock. */
const INSERT = `
  INSERT INTO event_folds (key, field, delivery_id, received_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[]) AS row (key)
  ORDER BY row.key ON CONFLICT (key) DO NOTHING`;

const FIRST_OF_KEYS = `SELECT key, field, delivery_id AS id FROM event_folds WHERE key = ANY ($1)`;

const DELETE_OLD = `
  DELETE FROM event_folds WHERE key = ANY (ARRAY(
    SELECT key FROM event_folds WHERE received_at < now() - make_interval(secs => $1)
    ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED))`;

/** The first delivery of each change that Plane announces twice. */
@Injectable()
export class DuplicatesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Deletes the oldest that are older than this, at most `limit`. Resolves with how many. */
  async deleteOlderThan(seconds: number, limit: number): Promise<number> {
    const [, deleted] = await this.dataSource.query<[unknown[], number]>(DELETE_OLD, [seconds, limit]);
    return deleted;
  }

  /**
   * Stores the duplicate keys of the deliveries in the caller's transaction. Resolves with the duplicates: those that
   * announce, by the other field of a pair, the change of an earlier delivery; the earlier one's id by theirs.
   */
  async duplicatesOf(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<Map<string, string>> {
    const all = deliveries.flatMap(({ row, duplicateKey }) => (duplicateKey ? [{ row, ...duplicateKey }] : []));
    if (all.length === 0) return new Map();
    await transaction.query(INSERT, [
      all.map(({ key }) => key),
      all.map(({ field }) => field),
      all.map(({ row }) => row.id),
      all.map(({ row }) => row.receivedAt),
    ]);
    const rows = await transaction.query<FirstDelivery[]>(FIRST_OF_KEYS, [all.map(({ key }) => key)]);
    const firstByKey = new Map(rows.map((first) => [first.key, first]));
    return announcedAgain(deliveries, firstByKey);
  }
}

/** Those that announce, by the other field of a pair, the change of the first delivery with their key: its id by theirs. */
export function announcedAgain(
  deliveries: readonly NewDelivery[],
  firstByKey: ReadonlyMap<string, Omit<FirstDelivery, 'key'>>,
): Map<string, string> {
  const duplicates = deliveries.flatMap(({ row, duplicateKey }) => {
    const first = duplicateKey && firstByKey.get(duplicateKey.key);
    return first && first.id !== row.id && first.field !== duplicateKey.field ? [[row.id, first.id] as const] : [];
  });
  return new Map(duplicates);
}

interface FirstDelivery {
  readonly key: string;
  readonly field: string;
  readonly id: string;
}
