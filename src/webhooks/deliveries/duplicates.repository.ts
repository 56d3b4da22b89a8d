import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type NewDelivery } from './delivery-row.js';

/** In the order of the keys, so that two transactions with the same ones do not deadlock. */
const LEAD = `
  INSERT INTO event_folds (key, field, delivery_id, received_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::timestamptz[]) AS row (key)
  ORDER BY row.key ON CONFLICT (key) DO NOTHING`;

const LEADERS = `SELECT key, field, delivery_id AS id FROM event_folds WHERE key = ANY ($1)`;

const DELETE_OLD = `
  DELETE FROM event_folds WHERE key = ANY (ARRAY(
    SELECT key FROM event_folds WHERE received_at < now() - make_interval(secs => $1)
    ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED))`;

/** Which delivery told first of a change that Plane announces twice. */
@Injectable()
export class DuplicatesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Deletes some of the oldest that came longer ago than that. Resolves with how many. */
  async deleteOlderThan(seconds: number, limit: number): Promise<number> {
    const [, deleted] = await this.dataSource.query<[unknown[], number]>(DELETE_OLD, [seconds, limit]);
    return deleted;
  }

  /**
   * Notes the deliveries in the caller's transaction. Resolves with those that tell, by the other field of a pair, of
   * a change that an earlier delivery told of: the earlier one's id by theirs.
   */
  async fold(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<Map<string, string>> {
    const all = deliveries.flatMap(({ row, fold }) => (fold ? [{ row, ...fold }] : []));
    if (all.length === 0) return new Map();
    await transaction.query(LEAD, [
      all.map(({ key }) => key),
      all.map(({ field }) => field),
      all.map(({ row }) => row.id),
      all.map(({ row }) => row.receivedAt),
    ]);
    const rows = await transaction.query<Leader[]>(LEADERS, [all.map(({ key }) => key)]);
    const leaders = new Map(rows.map((leader) => [leader.key, leader]));
    const folded = all.flatMap(({ row, key, field }) => {
      const leader = leaders.get(key);
      return leader && leader.id !== row.id && leader.field !== field ? [[row.id, leader.id] as const] : [];
    });
    return new Map(folded);
  }
}

interface Leader {
  readonly key: string;
  readonly field: string;
  readonly id: string;
}
