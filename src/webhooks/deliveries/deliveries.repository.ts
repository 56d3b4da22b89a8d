import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { DeliveryEntity } from './delivery.entity.js';

const INSERT = `
  INSERT INTO deliveries (id, key, workspace_id, event_name, source, entity_id, body, headers,
                          secret_fingerprint, received_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (key) DO NOTHING
  RETURNING id`;

/** Newest first along the index of times, until one is found; a week bounds the search for one that is not used. */
const LAST_SIGNED = `
  SELECT fingerprint, last.received_at AS at
  FROM unnest($1::text[]) AS fingerprint
  CROSS JOIN LATERAL (
    SELECT received_at FROM deliveries
    WHERE secret_fingerprint = fingerprint AND received_at > now() - interval '7 days'
    ORDER BY received_at DESC LIMIT 1) AS last`;

/** The table of deliveries. */
@Injectable()
export class DeliveriesRepository {
  constructor(@InjectRepository(DeliveryEntity) private readonly rows: Repository<DeliveryEntity>) {}

  /**
   * Inserts the delivery in the caller's transaction. Resolves with false where its key is known, also
   * when the other one is stored at the same moment: then it waits for that transaction's end.
   */
  async insert(transaction: EntityManager, delivery: DeliveryEntity): Promise<boolean> {
    const { id, key, workspaceId, eventName, source, entityId } = delivery;
    const found = [id, key, workspaceId, eventName, source, entityId];
    const { body, headers, secretFingerprint, receivedAt } = delivery;
    const came = [body, JSON.stringify(headers), secretFingerprint, receivedAt];
    const rows = await transaction.query<unknown[]>(INSERT, [...found, ...came]);
    return rows.length === 1;
  }

  async find(id: string): Promise<DeliveryEntity | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  /** When each of these secrets last signed a delivery, within the last week; by their fingerprints. */
  async lastSignedBy(fingerprints: readonly string[]): Promise<Map<string, Date>> {
    const rows = await this.rows.query<{ fingerprint: string; at: Date }[]>(LAST_SIGNED, [fingerprints]);
    return new Map(rows.map(({ fingerprint, at }) => [fingerprint, at]));
  }

  /** The id of the delivery with that key. */
  async idOf(transaction: EntityManager, key: string): Promise<string | undefined> {
    const [row] = await transaction.query<{ id: string }[]>('SELECT id FROM deliveries WHERE key = $1', [
      key,
    ]);
    return row?.id;
  }
}
