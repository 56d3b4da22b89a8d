import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

/** A delivery that is not indexed yet. */
export interface UnindexedDelivery {
  readonly id: string;
  readonly body: Buffer;
  readonly entityId: string | null;
  readonly workItemId: string | null;
}

/** A row of the index: a `tsvector` in text. */
export interface SearchRow {
  readonly id: string;
  readonly vector: string;
}

/** One process at a time fills the index. */
const LOCK = `SELECT pg_try_advisory_xact_lock(hashtextextended('delivery_search', 0)) AS mine`;

/** The first id of a time, of which the milliseconds since 1970 are given. */
const firstIdAt = (milliseconds: string): string =>
  `(lpad(to_hex(${milliseconds}), 12, '0') || repeat('0', 20))::uuid`;
const NOW_MS = `(extract(epoch FROM now()) * 1000)::bigint`;
/** The newest row; but a delivery of a receiver whose clock is ahead does not hide those that come after it. */
const NEWEST = `
  SELECT delivery_id FROM delivery_search WHERE delivery_id < ${firstIdAt(NOW_MS)} ORDER BY delivery_id DESC LIMIT 1`;
const NIL = `'00000000-0000-0000-0000-000000000000'::uuid`;

/** $1 seconds before the newest row: a webhook may be held, and be stored behind later ones. */
const MARK = `coalesce((
  SELECT ${firstIdAt(`('x' || left(replace(delivery_id::text, '-', ''), 12))::bit(48)::bigint - $1::bigint * 1000`)}
  FROM (${NEWEST}) AS newest), ${NIL})`;

/** In order. Whoever deletes them waits, so that no row is left behind. */
const NEXT = `
  SELECT id, body, entity_id AS "entityId", work_item_id AS "workItemId" FROM deliveries
  WHERE id >= ${MARK}
    AND NOT EXISTS (SELECT FROM delivery_search WHERE delivery_id = deliveries.id)
  ORDER BY id LIMIT $2 FOR KEY SHARE SKIP LOCKED`;

const INSERT = `
  INSERT INTO delivery_search (delivery_id, words)
  SELECT * FROM unnest($1::uuid[], $2::text[]::tsvector[]) ON CONFLICT (delivery_id) DO NOTHING`;

/** From the first behind the newest row that is not there. */
const LAG = `
  SELECT extract(epoch FROM now() - received_at)::float8 AS seconds FROM deliveries
  WHERE id > coalesce((${NEWEST}), ${NIL})
    AND NOT EXISTS (SELECT FROM delivery_search WHERE delivery_id = deliveries.id)
  ORDER BY id LIMIT 1`;

/** The table that deliveries are found in by their words. */
@Injectable()
export class SearchIndexRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Adds the next deliveries, at most so many, in one transaction. Resolves with how many they were, or `undefined` where
   * another process is at it.
   *
   * @param overlapSeconds how much later than others a delivery may be stored
   */
  async advance(
    limit: number,
    overlapSeconds: number,
    rowOf: (delivery: UnindexedDelivery) => SearchRow,
  ): Promise<number | undefined> {
    return this.dataSource.transaction(async (transaction: EntityManager) => {
      const [lock] = await transaction.query<{ mine: boolean }[]>(LOCK);
      if (!lock?.mine) return undefined;
      const next = await transaction.query<UnindexedDelivery[]>(NEXT, [overlapSeconds, limit]);
      if (next.length === 0) return 0;
      const rows = next.map(rowOf);
      await transaction.query(INSERT, [rows.map(({ id }) => id), rows.map(({ vector }) => vector)]);
      return rows.length;
    });
  }

  /** How long the delivery has waited that is to be indexed next, seconds; 0 where none is. */
  async lagSeconds(): Promise<number> {
    const [row] = await this.dataSource.query<{ seconds: number }[]>(LAG);
    return Math.max(0, row?.seconds ?? 0);
  }
}
