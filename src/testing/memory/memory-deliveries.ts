import { Inject, Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { DeliveriesRepository, type InsertedDelivery } from '../../webhooks/deliveries/deliveries.repository.js';
import { type DeliveryBody } from '../../webhooks/deliveries/delivery-filter.js';
import { type NewDelivery } from '../../webhooks/deliveries/delivery-row.js';
import { duplicatesAmong, receivedWith, type StoredChange } from '../../webhooks/deliveries/change-twins.js';
import {
  type Announced,
  changesOf,
  type DuplicatesRepository,
} from '../../webhooks/deliveries/duplicates.repository.js';
import { type RunRecord } from '../../webhooks/deliveries/outcome.js';
import { type OutcomesService } from '../../webhooks/deliveries/outcomes.service.js';
import { announcesNewWorkItem } from '../../webhooks/events/announced-change.js';
import { type PlaneEvent } from '../../webhooks/events/plane-event.js';
import { VirtualClock } from './virtual-clock.js';

const HOUR_MS = 3_600_000;

type Stored = NewDelivery['row'];

/** The deliveries of an app in memory. */
@Injectable()
export class MemoryDeliveries implements Pick<
  DeliveriesRepository,
  'insert' | 'releaseKeys' | 'idsOf' | 'bodies' | 'traceparents'
> {
  private readonly rows = new Map<string, Stored>();

  constructor(private readonly clock: VirtualClock) {}

  async insert(_: EntityManager, deliveries: readonly NewDelivery[]): Promise<Map<string, InsertedDelivery>> {
    const fresh = deliveries.filter(({ row }) => !this.rows.has(row.key));
    return new Map(
      fresh.map(({ row }) => {
        const inserted = { id: uuid({ msecs: this.clock.now }), receivedAt: new Date(this.clock.now) };
        this.rows.set(row.key, Object.assign({}, row, inserted));
        return [row.key, inserted];
      }),
    );
  }

  async releaseKeys(_: EntityManager, keys: readonly string[], hours: number): Promise<number> {
    const old = keys.flatMap((key) => this.rows.get(key) ?? []).filter((row) => this.ageMs(row) >= hours * HOUR_MS);
    for (const row of old) {
      this.rows.delete(row.key);
      const key = `${row.key}~${row.id}`;
      this.rows.set(key, Object.assign({}, row, { key }));
    }
    return old.length;
  }

  async idsOf(_: EntityManager, keys: readonly string[]): Promise<Map<string, string | null>> {
    return new Map(keys.map((key) => [key, this.rows.get(key)?.id ?? null]));
  }

  async bodies(ids: readonly string[]): Promise<Map<string, DeliveryBody>> {
    return new Map([...this.rows.values()].flatMap((row) => (ids.includes(row.id) ? [[row.id, row] as const] : [])));
  }

  async traceparents(): Promise<Map<string, string>> {
    return new Map();
  }

  /** The delivery of the work item's creation. */
  creationOf({ workspaceId, entityId }: PlaneEvent): string | undefined {
    const created = [...this.rows.values()].filter(({ eventName }) => eventName === 'workitem.created');
    return created.find((row) => row.workspaceId === workspaceId && row.entityId === entityId)?.id;
  }

  private ageMs({ receivedAt }: Stored): number {
    return this.clock.now - receivedAt.getTime();
  }
}

/** The changes that v1's webhooks announce. */
@Injectable()
export class MemoryDuplicates implements Pick<
  DuplicatesRepository,
  'announce' | 'settle' | 'lastOf' | 'listsRemovedMembers'
> {
  private readonly changes = new Map<string, StoredChange>();
  private readonly wrongLists = new Set<string>();

  constructor(@Inject(DeliveriesRepository) private readonly deliveries: MemoryDeliveries) {}

  /** Members of lists wait for their time. */
  async announce(_: EntityManager, deliveries: readonly NewDelivery[]): Promise<Announced> {
    const fresh = changesOf(deliveries);
    const folded = duplicatesAmong(fresh, [...this.changes.values()]);
    for (const change of fresh) this.changes.set(change.id, { ...change, into: folded.get(change.id) });
    for (const { wrongLists } of deliveries) if (wrongLists !== undefined) this.wrongLists.add(wrongLists);
    return { duplicates: folded, awaited: [] };
  }

  async lastOf(groups: readonly string[], until: number): Promise<string[]> {
    const complete = [...this.changes.values()].filter(({ isMember, updatedAt }) => !isMember && updatedAt <= until);
    const last = groups.map((group) => complete.findLast((each) => each.group === group)?.id);
    return last.filter((id) => id !== undefined);
  }

  async listsRemovedMembers(webhookId: string): Promise<boolean> {
    return this.wrongLists.has(webhookId);
  }

  async settle(deliveryId: string, event: PlaneEvent): Promise<string | undefined> {
    const own = this.changes.get(deliveryId);
    if (!own?.isMember || own.released) return undefined;
    const others = [...this.changes.values()].filter(({ id, group }) => group === own.group && id !== deliveryId);
    const isNew = announcesNewWorkItem(event, own);
    const into = own.into ?? receivedWith(own, others) ?? (isNew ? this.deliveries.creationOf(event) : undefined);
    this.changes.set(deliveryId, { ...own, into, released: into === undefined });
    return into;
  }
}

/** What handlers received with another delivery; attempts are kept by the recorder of runs. */
@Injectable()
export class MemoryOutcomes implements Pick<OutcomesService, 'record' | 'recordFolded' | 'foldedInto'> {
  private readonly folded: { readonly deliveryId: string; readonly handler: string; readonly into: string }[] = [];

  async record(_: EntityManager, records: readonly RunRecord[]): Promise<void> {
    for (const { deliveryId: into, handler, folded } of records)
      for (const deliveryId of folded) this.folded.push({ deliveryId, handler, into });
  }

  async recordFolded(
    _: EntityManager,
    folded: readonly { deliveryId: string; handler: string; into: string }[],
  ): Promise<void> {
    this.folded.push(...folded);
  }

  async foldedInto(handler: string, into: string): Promise<string[]> {
    return this.folded.filter((each) => each.handler === handler && each.into === into).map((each) => each.deliveryId);
  }
}
