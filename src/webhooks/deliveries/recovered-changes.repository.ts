import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DEFAULT_CONNECTION } from '../../config/plane-connection.js';
import { type ComparableChange, comparableChanges, isSameChange } from '../events/comparable-change.js';
import { distanceMs, SAME_CHANGE_MS, SAME_EDIT_MS } from '../events/match-changes.js';
import { CATCH_UP } from '../events/normalise-catch-up.js';
import { type NewDelivery } from './delivery-row.js';

/** Of the connection without a name as the release before computes it. */
const LOCK_OF = `hashtextextended(
  'recovered' || chr(10) || CASE connection_id WHEN '${DEFAULT_CONNECTION}' THEN '' ELSE connection_id || '/' END
    || workspace_id, lock_seed())`;

/** Delays a catch-up in these workspaces, where there is one, until the transaction ends. */
const LOCK_SHARED = `
  SELECT connection_id AS "connectionId", workspace_id AS "workspaceId", pg_advisory_xact_lock_shared(${LOCK_OF}) AS locked
  FROM (SELECT DISTINCT * FROM unnest($1::text[], $2::text[]) AS each (connection_id, workspace_id) ORDER BY 1, 2) AS sent
  WHERE EXISTS (
    SELECT FROM recovered_changes AS known
    WHERE known.connection_id = sent.connection_id AND known.workspace_id = sent.workspace_id)`;

const LOCK = `
  SELECT pg_advisory_xact_lock(${LOCK_OF}) FROM (SELECT $1::text AS connection_id, $2::text AS workspace_id) AS sent`;

const FIND = `
  SELECT id, connection_id AS "connectionId", workspace_id AS "workspaceId", key, value,
         extract(epoch FROM changed_at)::float8 * 1000 AS "atMs",
         extract(epoch FROM changed_from)::float8 * 1000 AS "fromMs", delivery_id AS "deliveryId",
         extract(epoch FROM announced_at)::float8 * 1000 AS "announcedMs"
  FROM recovered_changes WHERE connection_id = ANY ($1) AND workspace_id = ANY ($2) AND key = ANY ($3)`;

const MARK_ANNOUNCED = `
  UPDATE recovered_changes SET announced_at = coalesce(announced_at, to_timestamp(sent.ms / 1000))
  FROM unnest($1::uuid[], $2::float8[]) AS sent (id, ms) WHERE recovered_changes.id = sent.id`;

const RECORD = `
  INSERT INTO recovered_changes (id, connection_id, workspace_id, key, value, changed_at, changed_from, delivery_id)
  SELECT gen_random_uuid(), $1, $2, key, value, to_timestamp(ms / 1000), to_timestamp(from_ms / 1000), delivery_id
  FROM unnest($3::text[], $4::text[], $5::float8[], $6::float8[], $7::uuid[])
    AS sent (key, value, ms, from_ms, delivery_id)`;

/** A row that names no change: from now on webhooks of the workspace are compared. */
const ANNOUNCE_RUN = `
  INSERT INTO recovered_changes (id, connection_id, workspace_id, key) VALUES (gen_random_uuid(), $1, $2, '')`;

const DELETE_OLD = `
  DELETE FROM recovered_changes WHERE id = ANY (ARRAY(
    SELECT id FROM recovered_changes WHERE recorded_at < now() - make_interval(secs => $1)
    ORDER BY recorded_at LIMIT $2 FOR UPDATE SKIP LOCKED))`;

/** A workspace as one connection sees it: another connection may have another app in the same workspace. */
export interface ConnectedWorkspace {
  readonly connectionId: string;
  readonly workspaceId: string;
}

interface Row extends ConnectedWorkspace {
  readonly id: string;
  readonly key: string;
  readonly value: string | null;
  readonly atMs: number | null;
  readonly fromMs: number | null;
  readonly deliveryId: string;
  announcedMs: number | null;
}

/** A delivery of a recovered change, and the change. */
export interface RecoveredChange {
  readonly deliveryId: string;
  readonly change: ComparableChange;
}

/** The changes that a catch-up stored as events: a webhook that announces one of them afterwards is a duplicate. */
@Injectable()
export class RecoveredChangesRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Has webhooks of the workspace compared with what a catch-up stores from now on. */
  async begin({ connectionId, workspaceId }: ConnectedWorkspace): Promise<void> {
    await this.dataSource.query(ANNOUNCE_RUN, [connectionId, workspaceId]);
  }

  /** Makes webhooks of the workspace wait until the transaction ends, so that it knows all of them. */
  async lock(transaction: EntityManager, { connectionId, workspaceId }: ConnectedWorkspace): Promise<void> {
    await transaction.query(LOCK, [connectionId, workspaceId]);
  }

  /** Records recovered changes in the transaction that stores their deliveries. */
  async record(
    transaction: EntityManager,
    { connectionId, workspaceId }: ConnectedWorkspace,
    changes: readonly RecoveredChange[],
  ): Promise<void> {
    if (changes.length === 0) return;
    await transaction.query(RECORD, [
      connectionId,
      workspaceId,
      changes.map(({ change }) => hashed(change.key)),
      changes.map(({ change }) => (change.value === undefined ? null : hashed(change.value))),
      changes.map(({ change }) => change.atMs ?? null),
      changes.map(({ change }) => change.fromMs ?? null),
      changes.map(({ deliveryId }) => deliveryId),
    ]);
  }

  /**
   * The webhooks among these deliveries whose changes were all recovered before: the delivery of the first such change, by
   * their ids. In the transaction that stores them.
   */
  async announcedLate(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<Map<string, string>> {
    const sent = deliveries.filter(({ row }) => row.source !== CATCH_UP);
    if (sent.length === 0) return new Map();
    const known = await transaction.query<ConnectedWorkspace[]>(LOCK_SHARED, columns(sent.map(({ row }) => row)));
    if (known.length === 0) return new Map();
    return this.match(
      transaction,
      sent.filter(({ row }) => known.some((each) => isSameWorkspace(each, row))),
    );
  }

  /** Deletes the oldest that are older than this, at most `limit`. Resolves with how many. */
  async deleteOlderThan(seconds: number, limit: number): Promise<number> {
    const [, deleted] = await this.dataSource.query<[unknown[], number]>(DELETE_OLD, [seconds, limit]);
    return deleted;
  }

  private async match(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<Map<string, string>> {
    const announced = deliveries.map(({ row, event }) => ({ row, changes: event ? comparableChanges(event) : [] }));
    const keys = announced.flatMap(({ changes }) => changes.map(({ key }) => hashed(key)));
    const rows = await transaction.query<Row[]>(FIND, [...columns(deliveries.map(({ row }) => row)), keys]);
    const late = new Map<string, string>();
    const used = new Map<string, number>();
    for (const { row, changes } of announced) {
      const own = rows.filter((each) => isSameWorkspace(each, row));
      const found = recoveredRows(changes, own);
      const [first] = found ?? [];
      if (!found || !first) continue;
      late.set(row.id, first.deliveryId);
      for (const [index, each] of found.entries()) {
        each.announcedMs ??= changes[index]?.atMs ?? row.receivedAt.getTime();
        used.set(each.id, each.announcedMs);
      }
    }
    if (used.size > 0) await transaction.query(MARK_ANNOUNCED, [[...used.keys()], [...used.values()]]);
    return late;
  }
}

/** As two arrays of one length. */
function columns(workspaces: readonly ConnectedWorkspace[]): [connections: string[], workspaces: string[]] {
  return [workspaces.map(({ connectionId }) => connectionId), workspaces.map(({ workspaceId }) => workspaceId)];
}

function isSameWorkspace(one: ConnectedWorkspace, other: ConnectedWorkspace): boolean {
  return one.connectionId === other.connectionId && one.workspaceId === other.workspaceId;
}

/** A row for each of the changes; `undefined` where one has none. */
function recoveredRows(changes: readonly ComparableChange[], rows: readonly Row[]): Row[] | undefined {
  const found = changes.map((change) => rowOf(change, rows));
  return found.length > 0 && found.every((row) => row !== undefined) ? found : undefined;
}

/** A row is one change: it was announced by no webhook yet, or by another webhook of the same edit. */
function rowOf(change: ComparableChange, rows: readonly Row[]): Row | undefined {
  const wanted = {
    ...change,
    key: hashed(change.key),
    ...(change.value !== undefined && { value: hashed(change.value) }),
  };
  const open = rows
    .map((row) => ({ row, recovered: changeOf(row) }))
    .filter(({ row, recovered }) => {
      if (!isSameChange(wanted, recovered) || distanceMs(wanted, recovered) > SAME_CHANGE_MS) return false;
      const { announcedMs } = row;
      return announcedMs === null || distanceMs(wanted, { atMs: announcedMs }) <= SAME_EDIT_MS;
    });
  return open.toSorted((a, b) => distanceMs(wanted, a.recovered) - distanceMs(wanted, b.recovered))[0]?.row;
}

function changeOf({ key, value, atMs, fromMs }: Row): ComparableChange {
  const time = { ...(atMs !== null && { atMs }), ...(fromMs !== null && { fromMs }) };
  return { key, ...(value !== null && { value }), ...time };
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
