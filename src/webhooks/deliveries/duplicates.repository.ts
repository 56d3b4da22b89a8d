import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { announcesNewWorkItem } from '../events/announced-change.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { createdListsOf } from '../events/listed-members.js';
import { duplicatesAmong, receivedWith, type StoredChange, waitingAmong } from './change-twins.js';
import { announcedBy, type NewDelivery, ofConnection, storable } from './delivery-row.js';

/**
 * Locks the groups until the end of the transaction, in an order, so that two transactions with the same groups do not
 * deadlock; the next statement then sees what others have committed.
 */
const INSERT = `
  WITH locks AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(hashtextextended("group", 0)) FROM (
      SELECT DISTINCT "group" FROM json_to_recordset($1::json) AS sent ("group" text) ORDER BY "group") AS groups)
  INSERT INTO event_folds (key, field, delivery_id, received_at, group_key, actor, change, members, is_member, plane_at)
  SELECT id::text, field, id, "receivedAt", "group", actor, "values", members, "isMember", to_timestamp("updatedAt" / 1000)
  FROM json_to_recordset($1::json) AS sent (
    id uuid, field text, "receivedAt" timestamptz, "group" text, actor text, "values" text, members text[],
    "isMember" boolean, "updatedAt" double precision)
  WHERE (SELECT count(*) FROM locks) > 0
  ON CONFLICT (key) DO NOTHING`;

const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`;

/** Those with an older or newer \`updated_at\` cannot be about the same edit. */
const OF_GROUPS = `
  SELECT delivery_id AS id, group_key AS "group", field, actor, change AS "values", members, is_member AS "isMember",
    extract(epoch FROM plane_at)::float8 * 1000 AS "updatedAt", folded_into AS "into", released
  FROM event_folds
  WHERE group_key = ANY ($1)
    AND plane_at BETWEEN to_timestamp($2::float8 / 1000) AND to_timestamp($3::float8 / 1000)`;

const MERGE = `
  UPDATE event_folds SET folded_into = folded.id
  FROM unnest($1::text[], $2::uuid[]) AS folded (key, id) WHERE event_folds.key = folded.key`;

/** Members that wait for the complete change of their list. */
const WAITING_OF_GROUPS = `
  SELECT delivery_id AS id FROM event_folds
  WHERE group_key = ANY ($1) AND is_member AND folded_into IS NULL AND NOT released`;

/** Of each group the last complete change by Plane's clock. */
const LAST_OF_GROUPS = `
  SELECT DISTINCT ON (group_key) delivery_id AS id FROM event_folds
  WHERE group_key = ANY ($1) AND NOT is_member AND plane_at <= to_timestamp($2::float8 / 1000)
  ORDER BY group_key, plane_at DESC, received_at DESC`;

/** The webhooks are few, and each is stored once until it is deleted. */
const INSERT_WRONG_LISTS = `
  INSERT INTO event_folds (key, field, delivery_id, received_at)
  SELECT 'lists:' || webhook, 'lists', id, now() FROM unnest($1::text[], $2::uuid[]) AS row (webhook, id) ORDER BY webhook
  ON CONFLICT (key) DO NOTHING`;

const HAS_WRONG_LISTS = `SELECT FROM event_folds WHERE key = 'lists:' || $1`;

const RELEASE = `UPDATE event_folds SET released = true WHERE key = $1`;

/** The creation of a work item, received at about the same time. */
const CREATION = `
  SELECT id FROM deliveries
  WHERE workspace_id = $1 AND entity_id = $2 AND event_name = 'workitem.created'
    AND connection_id = (SELECT connection_id FROM deliveries WHERE id = $4)
    AND received_at BETWEEN $3::timestamptz - interval '1 minute' AND $3::timestamptz + interval '1 minute'
  ORDER BY received_at LIMIT 1`;

const DELETE_OLD = `
  DELETE FROM event_folds WHERE key = ANY (ARRAY(
    SELECT key FROM event_folds WHERE received_at < now() - make_interval(secs => $1)
    ORDER BY received_at LIMIT $2 FOR UPDATE SKIP LOCKED))`;

/** More than two webhooks about one edit can differ by. */
const RANGE_MS = 10_000;

/** The changes that v1's webhooks announce, and which of them announce the same one. */
@Injectable()
export class DuplicatesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Deletes the oldest that are older than this, at most `limit`. Resolves with how many. */
  async deleteOlderThan(seconds: number, limit: number): Promise<number> {
    const [, deleted] = await this.dataSource.query<[unknown[], number]>(DELETE_OLD, [seconds, limit]);
    return deleted;
  }

  /**
   * Stores what the deliveries announce in the caller's transaction. Resolves with what was announced already, and with what
   * waited for these deliveries.
   */
  async announce(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<Announced> {
    const created = await waitingForCreation(transaction, deliveries);
    const fresh = changesOf(deliveries);
    if (fresh.length === 0) return { duplicates: new Map(), awaited: created };
    await transaction.query(INSERT, [JSON.stringify(fresh)]);
    const groups = [...new Set(fresh.map(({ group }) => group))];
    const own = new Set(fresh.map(({ id }) => id));
    const stored = await changesIn(transaction, groups, fresh);
    const earlier = stored.filter(({ id }) => !own.has(id));
    const folded = duplicatesAmong(fresh, earlier);
    if (folded.size > 0) await transaction.query(MERGE, [[...folded.keys()], [...folded.values()]]);
    await storeWrongLists(transaction, deliveries);
    return { duplicates: folded, awaited: [...created, ...waitingAmong(earlier, fresh)] };
  }

  /** Of each group the delivery of the last complete change until a time in milliseconds. */
  async lastOf(groups: readonly string[], until: number): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(LAST_OF_GROUPS, [groups, until]);
    return rows.map(({ id }) => id);
  }

  /** Whether a payload of the webhook has shown that its Plane still lists removed members. */
  async listsRemovedMembers(webhookId: string): Promise<boolean> {
    return (await this.dataSource.query<object[]>(HAS_WRONG_LISTS, [storable(webhookId)])).length > 0;
  }

  /**
   * Decides about a delivery that announces one member of a list, when its time to wait for the complete change is over. Resolves
   * with the delivery with which handlers receive the change; `undefined` where they receive it with this one.
   */
  async settle(deliveryId: string, event: PlaneEvent, connectionId?: string): Promise<string | undefined> {
    const change = announcedBy(event, connectionId);
    if (!change?.isMember) return undefined;
    return this.dataSource.transaction(async (transaction) => {
      await transaction.query(LOCK, [change.group]);
      const stored = await changesIn(transaction, [change.group], [change]);
      const own = stored.find(({ id }) => id === deliveryId);
      if (!own || own.released) return undefined;
      const others = stored.filter(({ id }) => id !== deliveryId);
      const isNew = announcesNewWorkItem(event, change);
      const into =
        own.into ?? receivedWith(own, others) ?? (isNew ? await creationOf(transaction, event, deliveryId) : undefined);
      await (into === undefined
        ? transaction.query(RELEASE, [deliveryId])
        : transaction.query(MERGE, [[deliveryId], [into]]));
      return into;
    });
  }
}

/** What became of new deliveries. */
export interface Announced {
  /** Those whose change handlers receive with an earlier delivery: the earlier one's id by theirs. */
  readonly duplicates: Map<string, string>;
  /** Earlier deliveries that waited for one of these and have to wait no longer. */
  readonly awaited: readonly string[];
}

interface FreshChange extends StoredChange {
  readonly receivedAt: Date;
}

/** The changes that new deliveries announce. */
export function changesOf(deliveries: readonly NewDelivery[]): FreshChange[] {
  return deliveries.flatMap(({ row: { id, receivedAt }, announced }) =>
    announced ? [{ ...announced, id, receivedAt, released: false }] : [],
  );
}

/** The members that were announced before their work item. */
async function waitingForCreation(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<string[]> {
  const groups = deliveries.flatMap(({ event, row: { connectionId } }) =>
    (event ? createdListsOf(event) : []).map((group) => ofConnection(connectionId) + group),
  );
  if (groups.length === 0) return [];
  const rows = await transaction.query<{ id: string }[]>(WAITING_OF_GROUPS, [groups]);
  return rows.map(({ id }) => id);
}

async function storeWrongLists(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<void> {
  const wrong = new Map(
    deliveries.flatMap(({ row, wrongLists }) => (wrongLists ? [[wrongLists, row.id] as const] : [])),
  );
  if (wrong.size > 0) await transaction.query(INSERT_WRONG_LISTS, [[...wrong.keys()], [...wrong.values()]]);
}

async function changesIn(
  transaction: EntityManager,
  groups: readonly string[],
  about: readonly { readonly updatedAt: number }[],
): Promise<StoredChange[]> {
  const times = about.map(({ updatedAt }) => updatedAt);
  const range = [Math.min(...times) - RANGE_MS, Math.max(...times) + RANGE_MS];
  const rows = await transaction.query<(Omit<StoredChange, 'into'> & { into: string | null })[]>(OF_GROUPS, [
    groups,
    ...range,
  ]);
  return rows.map(({ into, ...row }) => (into === null ? row : { ...row, into }));
}

async function creationOf(
  transaction: EntityManager,
  event: PlaneEvent,
  deliveryId: string,
): Promise<string | undefined> {
  const ids = [storable(event.workspaceId), storable(event.entityId)];
  const [row] = await transaction.query<{ id: string }[]>(CREATION, [...ids, event.receivedAt, deliveryId]);
  return row?.id;
}
