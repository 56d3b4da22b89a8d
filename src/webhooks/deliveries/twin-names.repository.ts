import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AnnouncedChange } from '../events/announced-change.js';
import { type NewDelivery } from './delivery-row.js';

/** A row for each webhook: its Plane sends names with another webhook, or, where `released`, does not. */
const KEY = `'names:' || webhook`;

/** Locks no row where it is known already. In an order, so that two transactions do not deadlock. */
const INSERT_GIVEN = `
  INSERT INTO event_folds (key, field, delivery_id, received_at)
  SELECT ${KEY}, 'names', id, now() FROM unnest($1::text[], $2::uuid[]) AS row (webhook, id)
  WHERE NOT EXISTS (SELECT FROM event_folds WHERE key = ${KEY} AND NOT released)
  ORDER BY webhook
  ON CONFLICT (key) DO UPDATE SET released = false`;

const WITHOUT_NAMES = `
  SELECT webhook FROM unnest($1::text[]) AS row (webhook)
  WHERE EXISTS (SELECT FROM event_folds WHERE key = ${KEY} AND released)`;

/** Other webhooks about the field, by another name of it, at about the same time by Plane's clock. */
const TWINS = `
  SELECT delivery_id AS id FROM event_folds
  WHERE group_key = $1 AND field <> $2
    AND plane_at BETWEEN to_timestamp($3::float8 / 1000) AND to_timestamp($4::float8 / 1000)
  ORDER BY plane_at LIMIT 50`;

const INSERT_MISSING = `
  INSERT INTO event_folds (key, field, delivery_id, received_at, released)
  SELECT ${KEY}, 'names', id, now(), true FROM (VALUES ($1::text, $2::uuid)) AS row (webhook, id)
  WHERE NOT EXISTS (SELECT FROM event_folds WHERE key = ${KEY} AND released)
  ON CONFLICT (key) DO UPDATE SET released = true`;

/** More than two webhooks about one edit can differ by. */
const RANGE_MS = 10_000;

/** Where names of a changed field are that a webhook by id lacks, and which webhooks are followed by one with names. */
@Injectable()
export class TwinNamesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Stores, in the caller's transaction, which webhooks send names too. Resolves with the deliveries that lack names, unless
   * their webhook is known not to send any.
   */
  async announce(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<string[]> {
    const [given, lacking] = [deliveriesWith(deliveries, true), deliveriesWith(deliveries, false)];
    const first = [...new Map(given.map(({ webhook, id }) => [webhook, id]))];
    if (first.length > 0)
      await transaction.query(INSERT_GIVEN, [first.map(([webhook]) => webhook), first.map(([, id]) => id)]);
    if (lacking.length === 0) return [];
    const webhooks = [...new Set(lacking.map(({ webhook }) => webhook))];
    const rows = await transaction.query<{ webhook: string }[]>(WITHOUT_NAMES, [webhooks]);
    const without = new Set(rows.map(({ webhook }) => webhook));
    return lacking.filter(({ webhook }) => !without.has(webhook)).map(({ id }) => id);
  }

  /** The deliveries of other webhooks about the same field that may have its names. */
  async twinsOf({ group, field, updatedAt }: AnnouncedChange): Promise<string[]> {
    const range = [updatedAt - RANGE_MS, updatedAt + RANGE_MS];
    const rows = await this.dataSource.query<{ id: string }[]>(TWINS, [group, field, ...range]);
    return rows.map(({ id }) => id);
  }

  /** Stores that no names have followed this delivery: the next ones of its webhook do not wait for any. */
  async sendsNone(webhook: string, deliveryId: string): Promise<void> {
    await this.dataSource.query(INSERT_MISSING, [webhook, deliveryId]);
  }
}

function deliveriesWith(deliveries: readonly NewDelivery[], given: boolean): { webhook: string; id: string }[] {
  return deliveries.flatMap(({ row: { id }, names }) =>
    names?.given === given ? [{ id, webhook: names.webhook }] : [],
  );
}
