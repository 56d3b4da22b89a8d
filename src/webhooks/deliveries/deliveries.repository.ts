import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, type EntityMetadata, Repository } from 'typeorm';
import { ONCE } from '../events/event-identity.js';
import { type DeliveryBody } from './delivery-filter.js';
import { type NewDelivery } from './delivery-row.js';
import { DeliveryEntity } from './delivery.entity.js';
import { TRACEPARENT_HEADER } from './store-spans.js';

/** The first digits of an id of version 7 are its time in milliseconds. */
const TIME_DIGITS = 12;

/** Half of the SHA-256 of a key. */
const hashOf = (key: string): string => `substr(sha256(convert_to(${key}, 'UTF8')), 1, 16)`;

/** Columns whose values are not sent as they are. An id begins with the time (RFC 9562, section 5.7). */
const VALUES: Readonly<Record<string, string>> = {
  id: `(lpad(to_hex("databaseMs" - "ageMs"), 12, '0') || "idEnd")::uuid`,
  receivedAt: `timestamptz 'epoch' + ("databaseMs" - "ageMs") * interval '1 millisecond'`,
  body: 'substring($2::bytea FROM "bodyStart" FOR "bodySize")',
};

/**
 * Inserts a row of JSON for each delivery, in their order. The time is the database's: clocks of receivers may be wrong. The
 * bodies are sent as one value, each with its offset: an array would be sent as escaped text of twice the size. Keys of
 * deleted deliveries are not looked up for identity by content, which has expired by then.
 */
function insertStatement(columns: EntityMetadata['columns']): string {
  const values = columns.map(({ propertyName }) => VALUES[propertyName] ?? `"${propertyName}"`);
  const fields = columns
    .filter(({ propertyName }) => !(propertyName in VALUES))
    .map(({ propertyName, type }) => `"${propertyName}" ${String(type)}`);
  const sent = [...fields, '"idEnd" text', '"ageMs" int8', '"bodyStart" int', '"bodySize" int', '"byContent" bool'];
  return `
    WITH clock AS MATERIALIZED (SELECT trunc(extract(epoch FROM now()) * 1000)::int8 AS "databaseMs")
    INSERT INTO deliveries (${columns.map(({ databaseName }) => databaseName).join(', ')})
    SELECT ${values.join(', ')}
    FROM clock, json_to_recordset($1::json) AS sent (${sent.join(', ')})
    WHERE "byContent" OR NOT EXISTS (SELECT FROM delivery_keys WHERE hash = ${hashOf('sent.key')})
    ON CONFLICT (key) DO NOTHING
    RETURNING id`;
}

/** In the order of the keys, so that two transactions with the same keys do not deadlock. */
const RELEASE_KEYS = `
  UPDATE deliveries SET key = key || '~' || id
  WHERE id = ANY (ARRAY(
    SELECT id FROM deliveries WHERE key = ANY ($1) AND received_at <= now() - make_interval(hours => $2)
    ORDER BY key FOR UPDATE))`;

const FIRST_IDS = `
  SELECT key, coalesce(
    (SELECT id FROM deliveries WHERE deliveries.key = wanted.key),
    (SELECT delivery_id FROM delivery_keys WHERE hash = ${hashOf('wanted.key')})) AS id
  FROM unnest($1::text[]) AS wanted (key)`;

const BODIES = `SELECT id, body, received_at AS "receivedAt", connection_id AS "connectionId" FROM deliveries WHERE id = ANY ($1)`;

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
  WHERE workspace_id = $1 AND secret_fingerprint = ANY ($2) ORDER BY received_at DESC LIMIT 1`;

/** Newest first along the index of times; a week limits the search for an unused secret. */
const WORKSPACE_OF_SECRET = `
  SELECT workspace_id AS id FROM deliveries
  WHERE secret_fingerprint = ANY ($1) AND received_at > now() - interval '7 days' AND workspace_id <> ''
  ORDER BY received_at DESC LIMIT 1`;

/**
 * Selects old deliveries and stores the hashes of their keys. Those of v1 that are identified by content have expired.
 * Committed before the deliveries are deleted, so that a webhook that is sent again finds the one or the other.
 */
const STORE_OLD_KEYS = `
  WITH old AS MATERIALIZED (
    SELECT id, key, source, received_at FROM deliveries WHERE received_at < now() - make_interval(secs => $1)
    ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED),
  stored AS (
    INSERT INTO delivery_keys (hash, delivery_id, received_at)
    SELECT ${hashOf('key')}, id, received_at FROM old WHERE source <> 'v1' OR key LIKE '%:${ONCE}:%' ORDER BY 1
    ON CONFLICT (hash) DO NOTHING)
  SELECT id FROM old`;

/** With their outcomes and search rows. Replicas that delete at the same time take different rows. */
const DELETE = `
  WITH old AS MATERIALIZED (
    SELECT ARRAY(SELECT id FROM deliveries WHERE id = ANY ($1) ORDER BY id FOR UPDATE SKIP LOCKED) AS ids),
  outcomes AS (DELETE FROM delivery_outcomes WHERE delivery_id = ANY ((SELECT ids FROM old)::uuid[])),
  words AS (DELETE FROM delivery_search WHERE delivery_id = ANY ((SELECT ids FROM old)::uuid[]))
  DELETE FROM deliveries WHERE id = ANY ((SELECT ids FROM old)::uuid[])`;

const DELETE_OLD_KEYS = `
  DELETE FROM delivery_keys WHERE hash = ANY (ARRAY(
    SELECT hash FROM delivery_keys WHERE received_at < now() - make_interval(secs => $1)
    ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED))`;

/** The records of {@link insertStatement}. */
function sentRecords(deliveries: readonly NewDelivery[]): object[] {
  const now = Date.now();
  let bodyStart = 1;
  return deliveries.map(({ row: { id, receivedAt, body, ...row }, byContent = false }) => {
    const ageMs = Math.max(0, now - receivedAt.getTime());
    const record = { ...row, idEnd: endOf(id), ageMs, bodyStart, bodySize: body.length, byContent };
    bodyStart += body.length;
    return record;
  });
}

/** What of an id of version 7 is not its time. */
function endOf(id: string): string {
  return id.replaceAll('-', '').slice(TIME_DIGITS);
}

function timeOf(id: string): Date {
  return new Date(Number.parseInt(id.replaceAll('-', '').slice(0, TIME_DIGITS), 16));
}

/** What the database sets on a new delivery. */
export interface InsertedDelivery {
  readonly id: string;
  /** By the database's clock. */
  readonly receivedAt: Date;
}

/** The tables `deliveries` and `delivery_keys`, the hashes of the keys of deliveries that are deleted. */
@Injectable()
export class DeliveriesRepository {
  private readonly insertion: string;

  constructor(@InjectRepository(DeliveryEntity) private readonly rows: Repository<DeliveryEntity>) {
    this.insertion = insertStatement(rows.metadata.columns);
  }

  /**
   * Inserts the deliveries in the caller's transaction, of those with the same key one. Resolves with what is new, by key. A
   * key that another transaction inserts is waited for.
   */
  async insert(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<Map<string, InsertedDelivery>> {
    // Two batches with the same keys must insert them in the same order, or they deadlock.
    const rows = deliveries.toSorted((one, other) => (one.row.key < other.row.key ? -1 : 1));
    const keys = new Map(rows.map(({ row: { id, key } }) => [endOf(id), key]));
    const values = [JSON.stringify(sentRecords(rows)), Buffer.concat(rows.map(({ row }) => row.body))];
    const inserted = await transaction.query<{ id: string }[]>(this.insertion, values);
    return new Map(inserted.map(({ id }) => [keys.get(endOf(id)) ?? '', { id, receivedAt: timeOf(id) }]));
  }

  /** Gives deliveries that are older than this other keys, so that equal ones can be inserted. Resolves with how many. */
  async releaseKeys(transaction: EntityManager, keys: readonly string[], hours: number): Promise<number> {
    const [, released] = await transaction.query<[unknown[], number]>(RELEASE_KEYS, [keys, hours]);
    return released;
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

  /** Sets the columns of a delivery that were read from its body, in the caller's transaction. */
  async update(
    transaction: EntityManager,
    id: string,
    columns: Partial<Omit<DeliveryEntity, 'headers'>>,
  ): Promise<void> {
    await transaction.update(DeliveryEntity, { id }, columns);
  }

  /** Deletes the oldest that are older than this, at most `limit`, but not their keys. Resolves with how many. */
  async deleteOlderThan(seconds: number, limit: number): Promise<number> {
    const old = await this.rows.query<{ id: string }[]>(STORE_OLD_KEYS, [seconds, limit]);
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE, [old.map(({ id }) => id)]);
    return deleted;
  }

  /** Deletes the keys of deleted deliveries that are older than this, at most `limit`. Resolves with how many. */
  async deleteKeysOlderThan(seconds: number, limit: number): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_OLD_KEYS, [seconds, limit]);
    return deleted;
  }

  /** When each of these secrets last signed a delivery, within the last week; by their fingerprints. */
  async lastSignedBy(fingerprints: readonly string[]): Promise<Map<string, Date>> {
    const rows = await this.rows.query<{ fingerprint: string; at: Date }[]>(LAST_SIGNED, [fingerprints]);
    return new Map(rows.map(({ fingerprint, at }) => [fingerprint, at]));
  }

  /** When this secret last signed a delivery of the workspace. */
  async lastSignedIn(workspaceId: string, fingerprints: readonly string[]): Promise<Date | undefined> {
    const [row] = await this.rows.query<{ at: Date }[]>(LAST_SIGNED_IN, [workspaceId, fingerprints]);
    return row?.at;
  }

  /** The workspace of the last delivery that one of these secrets signed, within the last week. */
  async workspaceSignedBy(fingerprints: readonly string[]): Promise<string | undefined> {
    const [row] = await this.rows.query<{ id: string }[]>(WORKSPACE_OF_SECRET, [fingerprints]);
    return row?.id;
  }

  /** The ids of the deliveries with these keys, by key; of deleted ones too. */
  async idsOf(transaction: EntityManager, keys: readonly string[]): Promise<Map<string, string | null>> {
    const rows = await transaction.query<{ id: string | null; key: string }[]>(FIRST_IDS, [keys]);
    return new Map(rows.map(({ id, key }) => [key, id]));
  }
}
