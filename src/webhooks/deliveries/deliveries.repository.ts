import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { DeliveryEntity } from './delivery.entity.js';

/** In the order of the keys, so that two batches with the same ones wait for each other and do not deadlock. */
const INSERT = `
  INSERT INTO deliveries (id, key, workspace_id, event_name, source, entity_id, body, headers,
                          secret_fingerprint, received_at)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[],
                       $8::jsonb[], $9::text[], $10::timestamptz[]) AS row (id, key)
  ORDER BY row.key
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
   * Inserts the deliveries in the caller's transaction. Resolves with the ids of those whose keys were not known, also
   * where another is stored at the same moment: then it waits for that transaction's end.
   */
  async insert(transaction: EntityManager, rows: readonly DeliveryEntity[]): Promise<Set<string>> {
    const columns = [
      rows.map(({ id }) => id),
      rows.map(({ key }) => key),
      rows.map(({ workspaceId }) => workspaceId),
      rows.map(({ eventName }) => eventName),
      rows.map(({ source }) => source),
      rows.map(({ entityId }) => entityId),
      rows.map(({ body }) => body),
      rows.map(({ headers }) => JSON.stringify(headers)),
      rows.map(({ secretFingerprint }) => secretFingerprint),
      rows.map(({ receivedAt }) => receivedAt),
    ];
    const inserted = await transaction.query<{ id: string }[]>(INSERT, columns);
    return new Set(inserted.map(({ id }) => id));
  }

  async find(id: string): Promise<DeliveryEntity | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  /** When each of these secrets last signed a delivery, within the last week; by their fingerprints. */
  async lastSignedBy(fingerprints: readonly string[]): Promise<Map<string, Date>> {
    const rows = await this.rows.query<{ fingerprint: string; at: Date }[]>(LAST_SIGNED, [fingerprints]);
    return new Map(rows.map(({ fingerprint, at }) => [fingerprint, at]));
  }

  /** The ids of the deliveries with these keys, by key. */
  async idsOf(transaction: EntityManager, keys: readonly string[]): Promise<Map<string, string>> {
    const statement = 'SELECT id, key FROM deliveries WHERE key = ANY ($1)';
    const rows = await transaction.query<{ id: string; key: string }[]>(statement, [keys]);
    return new Map(rows.map(({ id, key }) => [key, id]));
  }
}
