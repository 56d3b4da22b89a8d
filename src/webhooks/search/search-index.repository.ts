import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { isTransientDatabaseError } from '../../common/database-unavailable.js';

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

/** One process at a time writes the index. */
const LOCK = `SELECT pg_try_advisory_xact_lock(hashtextextended('delivery_search', lock_seed())) AS mine`;

/** The first id of a time, given as milliseconds since 1970. */
const firstIdAt = (milliseconds: string): string => `(lpad(to_hex(${milliseconds}), 12, '0') || repeat('0', 20))::uuid`;
const NOW_MS = `(extract(epoch FROM now()) * 1000)::bigint`;
/** The newest row. One from the future, by a receiver whose clock is ahead, must not hide later deliveries. */
const NEWEST = `
  SELECT delivery_id FROM delivery_search WHERE delivery_id < ${firstIdAt(NOW_MS)} ORDER BY delivery_id DESC LIMIT 1`;
const NIL = `'00000000-0000-0000-0000-000000000000'::uuid`;

/** $1 seconds before the newest row: a webhook may be stored after later ones, within the store deadline. */
const START = `coalesce((
  SELECT ${firstIdAt(`('x' || left(replace(delivery_id::text, '-', ''), 12))::bit(48)::bigint - $1::bigint * 1000`)}
  FROM (${NEWEST}) AS newest), ${NIL})`;

/** In order of ids. The lock makes a concurrent deletion wait, so that no row of the index is orphaned. */
const NEXT = `
  SELECT id, body, entity_id AS "entityId", work_item_id AS "workItemId" FROM deliveries
  WHERE id >= ${START}
    AND NOT EXISTS (SELECT FROM delivery_search WHERE delivery_id = deliveries.id)
  ORDER BY id LIMIT $2 FOR KEY SHARE SKIP LOCKED`;

const INSERT = `
  INSERT INTO delivery_search (delivery_id, words)
  SELECT * FROM unnest($1::uuid[], $2::text[]::tsvector[]) ON CONFLICT (delivery_id) DO NOTHING`;

/** By the first delivery after the newest row. */
const LAG = `
  SELECT extract(epoch FROM now() - received_at)::float8 AS seconds FROM deliveries
  WHERE id > coalesce((${NEWEST}), ${NIL})
    AND NOT EXISTS (SELECT FROM delivery_search WHERE delivery_id = deliveries.id)
  ORDER BY id LIMIT 1`;

/** The table `delivery_search`. */
@Injectable()
export class SearchIndexRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Indexes the next deliveries, at most `limit`, in one transaction. Resolves with how many, or `undefined` where another
   * process writes the index now.
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
      await this.insert(transaction, next.map(rowOf));
      return next.length;
    });
  }

  /** A row that cannot be written is found by halving, and indexed without words: it must not block those after it. */
  private async insert(transaction: EntityManager, rows: readonly SearchRow[]): Promise<void> {
    try {
      // In a transaction within the transaction, a savepoint.
      await transaction.transaction(async (inner) => {
        await inner.query(INSERT, [rows.map(({ id }) => id), rows.map(({ vector }) => vector)]);
      });
    } catch (error) {
      const [first] = rows;
      if (!first || isTransientDatabaseError(error) || (rows.length === 1 && first.vector === '')) throw error;
      if (rows.length === 1) return this.insert(transaction, [{ ...first, vector: '' }]);
      const half = Math.ceil(rows.length / 2);
      await this.insert(transaction, rows.slice(0, half));
      await this.insert(transaction, rows.slice(half));
    }
  }

  /** Age in seconds of the oldest delivery that is not indexed; 0 where all are. */
  async lagSeconds(): Promise<number> {
    const [row] = await this.dataSource.query<{ seconds: number }[]>(LAG);
    return Math.max(0, row?.seconds ?? 0);
  }
}
