import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { announcementsOf } from '../events/match-changes.js';
import { type ComparableChange, comparableChanges } from '../events/comparable-change.js';
import { CATCH_UP } from '../events/normalise-catch-up.js';
import { normaliseReceived } from '../events/normalise.js';
import { parsePayload } from '../events/payload-parser.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type DeliveryBody } from './delivery-filter.js';
import { type NewDelivery, newDelivery, storable } from './delivery-row.js';
import { DeliveryWriterService } from './delivery-writer.service.js';
import { type ConnectedWorkspace, RecoveredChangesRepository } from './recovered-changes.repository.js';

/** Stands where deliveries of Plane's have the fingerprint of the secret that verified them. */
const UNSIGNED = CATCH_UP;
/** A delivery is committed at most this long after its time of receipt, and clocks may differ. */
const COMMIT_MS = 60_000;

const ABOUT = `
  SELECT id, body, received_at AS "receivedAt" FROM deliveries
  WHERE connection_id = $1 AND workspace_id = $2 AND received_at >= $3 AND source <> '${CATCH_UP}'
    AND (entity_id = ANY ($4) OR work_item_id = ANY ($4))
  ORDER BY received_at, id`;

const NEWEST = `
  SELECT id, body, received_at AS "receivedAt" FROM deliveries
  WHERE connection_id = $1 AND workspace_id = $2 AND source <> '${CATCH_UP}' ORDER BY received_at DESC, id DESC LIMIT 1`;

const WORK_ITEM_IDS = `
  SELECT DISTINCT coalesce(work_item_id, entity_id) AS id FROM deliveries
  WHERE event_name = ANY ($3) AND connection_id = $1 AND workspace_id = $2 AND received_at >= $4 AND entity_id IS NOT NULL`;

/** A webhook that was received. */
interface ReceivedWebhook {
  readonly deliveryId: string;
  readonly event: PlaneEvent;
}

/** The webhooks about an entity so far. */
export interface KnownWebhooks {
  readonly webhooks: readonly ReceivedWebhook[];
  /** Of the entities. */
  readonly ids: readonly string[];
  /** When they were read, by the database's clock. */
  readonly readAt: Date;
}

/** The payload of a change that was read from Plane's API: `{source: 'catch-up', event_id, occurred_at, event, action …}`. */
export type ReadChange = Readonly<Record<string, unknown>>;

/** What became of changes that were read. */
export interface Recovered {
  /** The events of changes that no webhook had announced. */
  readonly events: readonly PlaneEvent[];
  /** How many a webhook, or an earlier catch-up, had announced. */
  readonly known: number;
}

/**
 * Stores changes that were read from Plane's API as deliveries, except those that webhooks of the same connection announced:
 * handlers run for each connection.
 */
@Injectable()
export class RecoveryService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly writer: DeliveryWriterService,
    private readonly changes: RecoveredChangesRepository,
  ) {}

  /** To be called before the first {@link store} of a catch-up: from then on webhooks are compared with what is stored. */
  async begin(workspace: ConnectedWorkspace): Promise<void> {
    await this.changes.begin(stored(workspace));
  }

  /** The webhooks about these entities and about parts of these work items, oldest first, that were received since. */
  async webhooksAbout(workspace: ConnectedWorkspace, ids: readonly string[], since: Date): Promise<KnownWebhooks> {
    const [row] = await this.dataSource.query<{ now: Date }[]>('SELECT now()');
    return {
      ids,
      webhooks: await webhooksAbout(this.dataSource.manager, workspace, ids, since),
      readAt: row?.now ?? since,
    };
  }

  /** The newest webhook of the workspace. */
  async newestWebhook(workspace: ConnectedWorkspace): Promise<PlaneEvent | undefined> {
    const [row] = await this.dataSource.query<DeliveryBody[]>(NEWEST, columns(workspace));
    return row && eventOf(row);
  }

  /** The ids of the work items that events of these names were about since then. */
  async workItemsOf(workspace: ConnectedWorkspace, names: readonly string[], since: Date): Promise<Set<string>> {
    const values = [...columns(workspace), names, since];
    const rows = await this.dataSource.query<{ id: string }[]>(WORK_ITEM_IDS, values);
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Stores the changes of one entity that no webhook announced, in their order, in a transaction during which no webhook of
   * the workspace is stored.
   *
   * @param read by time
   * @param about the webhooks about them so far, and the ids that {@link webhooksAbout} found them by
   * @param onStored runs in the transaction
   */
  async store(
    workspace: ConnectedWorkspace,
    read: readonly ReadChange[],
    { webhooks, readAt, ids }: KnownWebhooks,
    onStored: (transaction: EntityManager, recovered: Recovered) => Promise<void>,
  ): Promise<void> {
    const deliveries = read.map((payload, index) => deliveryOf(payload, read.length - index, workspace.connectionId));
    await this.dataSource.transaction(async (transaction) => {
      await this.changes.lock(transaction, stored(workspace));
      const since = new Date(readAt.getTime() - COMMIT_MS);
      const fresh = await webhooksAbout(transaction, workspace, ids, since);
      const all = new Map([...webhooks, ...fresh].map(({ deliveryId, event }) => [deliveryId, event]));
      const events = await this.write(transaction, unannounced(deliveries, [...all.values()]));
      await onStored(transaction, { events, known: read.length - events.length });
    });
  }

  /** Resolves with the events that were not stored before. */
  private async write(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<PlaneEvent[]> {
    if (deliveries.length === 0) return [];
    const results = await this.writer.writeIn(transaction, deliveries);
    const stored = deliveries.flatMap(({ row, event }, index) => {
      const { status, id } = results[index] ?? {};
      return event && id !== undefined && status === 'accepted' ? [{ row, event, id }] : [];
    });
    const records = stored.flatMap(({ event, id: deliveryId }) =>
      comparableChanges(event).map((change) => ({ deliveryId, change })),
    );
    const [first] = stored;
    if (first) await this.changes.record(transaction, first.row, records);
    return stored.map(({ event }) => event);
  }
}

/** As rows have it. */
function stored({ connectionId, workspaceId }: ConnectedWorkspace): ConnectedWorkspace {
  return { connectionId, workspaceId: storable(workspaceId) };
}

function columns({ connectionId, workspaceId }: ConnectedWorkspace): [connectionId: string, workspaceId: string] {
  return [connectionId, storable(workspaceId)];
}

async function webhooksAbout(
  manager: EntityManager,
  workspace: ConnectedWorkspace,
  ids: readonly string[],
  since: Date,
): Promise<ReceivedWebhook[]> {
  const rows = await manager.query<DeliveryBody[]>(ABOUT, [...columns(workspace), since, ids.map(storable)]);
  return rows.map((row) => ({ deliveryId: row.id, event: eventOf(row) }));
}

function eventOf(row: DeliveryBody): PlaneEvent {
  return normaliseReceived({ ...row, payload: parsePayload(row.body) });
}

/** The deliveries whose events no webhook announced; each event is one change. */
function unannounced(deliveries: readonly NewDelivery[], webhooks: readonly PlaneEvent[]): NewDelivery[] {
  const changes = deliveries.map(({ event }) => (event ? changeOf(event) : { key: '' }));
  const announcements = announcementsOf(changes, webhooks.flatMap(comparableChanges));
  return deliveries.filter((_, index) => announcements[index] === undefined);
}

function changeOf(event: PlaneEvent): ComparableChange {
  return comparableChanges(event)[0] ?? { key: event.id };
}

/** @param ageMs keeps the order of deliveries that are stored together in lists of deliveries */
function deliveryOf(payload: ReadChange, ageMs: number, connectionId: string): NewDelivery {
  const body = Buffer.from(JSON.stringify(payload));
  const event = normaliseReceived({ body, payload, receivedAt: new Date(Date.now() - ageMs) });
  return newDelivery({ event, body, headers: {}, secretFingerprint: UNSIGNED, connectionId });
}
