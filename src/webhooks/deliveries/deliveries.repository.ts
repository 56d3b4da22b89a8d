import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, type EntityMetadata, Repository } from 'typeorm';
import { type DeliveryBody } from './delivery-filter.js';
import { DeliveryEntity } from './delivery.entity.js';
import { TRACEPARENT_HEADER } from './store-spans.js';

/**
 * Inserts a row of JSON for each delivery. In the order of the keys, so that two batches with the same keys do not
 * deadlock. The bodies are sent as one value, each with its offset: an array would be sent as escaped text of twice the
 * size.
 */
function insertStatement(columns: EntityMetadata['columns']): string {
  const values = columns.map(({ propertyName }) =>
    propertyName === 'body' ? 'substring($2::bytea FROM "bodyStart" FOR "bodySize")' : `"${propertyName}"`,
  );
  const fields = columns.map(({ propertyName, type }) => `"${propertyName}" ${String(type)}`);
  return `
    INSERT INTO deliveries (${columns.map(({ databaseName }) => databaseName).join(', ')})
    SELECT ${values.join(', ')}
    FROM json_to_recordset($1::json) AS row (${fields.join(', ')}, "bodyStart" int, "bodySize" int)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING
    RETURNING id`;
}

const BODIES = `SELECT id, body, received_at AS "receivedAt" FROM deliveries WHERE id = ANY ($1)`;

const TRACEPARENTS = `
  SELECT id, headers ->> '${TRACEPARENT_HEADER}' AS traceparent FROM deliveries
  WHERE id = ANY ($1) AND headers ? '${TRACEPARENT_HEADER}'`;

/** Newest first along the index of times, until one is found; a week limits the search for an unused secret. */
const LAST_SIGNED = `
  SELECT fingerprint, last.received_at AS at
  FROM unnest($1::text[]) AS fingerprint
  CROSS JOIN LATERAL (
    SELECT received_at FROM deliveries
    WHERE secret_fingerprint = fingerprint AND received_at > now() - interval '7 days'
    ORDER BY received_at DESC LIMIT 1) AS last`;

/** Newest first along the index of workspaces. */
const LAST_SIGNED_IN = `
  SELECT received_at AS at FROM deliveries
  WHERE workspace_id = $1 AND secret_fingerprint = $2 ORDER BY received_at DESC LIMIT 1`;

/** With their outcomes and search rows. Replicas that delete at the same time take different rows. */
const DELETE_OLD = `
  WITH old AS MATERIALIZED (
    SELECT ARRAY(
      SELECT id FROM deliveries WHERE received_at < now() - make_interval(secs => $1)
      ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS ids),
  outcomes AS (DELETE FROM delivery_outcomes WHERE delivery_id = ANY ((SELECT ids FROM old)::uuid[])),
  words AS (DELETE FROM delivery_search WHERE delivery_id = ANY ((SELECT ids FROM old)::uuid[]))
  DELETE FROM deliveries WHERE id = ANY ((SELECT ids FROM old)::uuid[])`;

/** The table `deliveries`. */
@Injectable()
export class DeliveriesRepository {
  private readonly insertion: string;

  constructor(@InjectRepository(DeliveryEntity) private readonly rows: Repository<DeliveryEntity>) {
    this.insertion = insertStatement(rows.metadata.columns);
  }

  /**
   * Inserts the deliveries in the caller's transaction. Resolves with the ids of those whose keys are new. A key that another
   * transaction inserts is waited for.
   */
  async insert(transaction: EntityManager, rows: readonly DeliveryEntity[]): Promise<Set<string>> {
    let bodyStart = 1;
    const records = rows.map(({ body, ...row }) => {
      const record = { ...row, bodyStart, bodySize: body.length };
      bodyStart += body.length;
      return record;
    });
    const values = [JSON.stringify(records), Buffer.concat(rows.map(({ body }) => body))];
    const inserted = await transaction.query<{ id: string }[]>(this.insertion, values);
    return new Set(inserted.map(({ id }) => id));
  }

  async find(id: string): Promise<DeliveryEntity | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  /** By id; those that do not exist are left out. */
  async bodies(ids: readonly string[]): Promise<Map<string, DeliveryBody>> {
    const rows = await this.rows.query<DeliveryBody[]>(BODIES, [ids]);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** The `traceparent` of the request that each arrived with, by id; those without one are left out. */
  async traceparents(ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.rows.query<{ id: string; traceparent: string }[]>(TRACEPARENTS, [ids]);
    return new Map(rows.map(({ id, traceparent }) => [id, traceparent]));
  }

  /** Deletes the oldest that are older than this, at most `limit`. Resolves with how many. */
  async deleteOlderThan(seconds: number, limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_OLD, [seconds, limit]);
    return deleted;
  }

  /** When each of these secrets last signed a delivery, within the last week; by their fingerprints. */
  async lastSignedBy(fingerprints: readonly string[]): Promise<Map<string, Date>> {
    const rows = await this.rows.query<{ fingerprint: string; at: Date }[]>(LAST_SIGNED, [fingerprints]);
    return new Map(rows.map(({ fingerprint, at }) => [fingerprint, at]));
  }

  /** When this secret last signed a delivery of the workspace. */
  async lastSignedIn(workspaceId: string, fingerprint: string): Promise<Date | undefined> {
    const [row] = await this.rows.query<{ at: Date }[]>(LAST_SIGNED_IN, [workspaceId, fingerprint]);
    return row?.at;
  }

  /** The ids of the deliveries with these keys, by key. */
  async idsOf(transaction: EntityManager, keys: readonly string[]): Promise<Map<string, string>> {
    const statement = 'SELECT id, key FROM deliveries WHERE key = ANY ($1)';
    const rows = await transaction.query<{ id: string; key: string }[]>(statement, [keys]);
    return new Map(rows.map(({ id, key }) => [key, id]));
  }
}
