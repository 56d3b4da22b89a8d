import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { type DeliveriesRepository, type InsertedDelivery } from '../../webhooks/deliveries/deliveries.repository.js';
import { type DeliveryBody } from '../../webhooks/deliveries/delivery-filter.js';
import { type NewDelivery } from '../../webhooks/deliveries/delivery-row.js';
import { announcedAgain, type DuplicatesRepository } from '../../webhooks/deliveries/duplicates.repository.js';
import { type RunRecord } from '../../webhooks/deliveries/outcome.js';
import { type OutcomesService } from '../../webhooks/deliveries/outcomes.service.js';
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

  private ageMs({ receivedAt }: Stored): number {
    return this.clock.now - receivedAt.getTime();
  }
}

/** The first delivery of each change that Plane announces twice. */
@Injectable()
export class MemoryDuplicates implements Pick<DuplicatesRepository, 'duplicatesOf'> {
  private readonly first = new Map<string, { readonly id: string; readonly field: string }>();

  async duplicatesOf(_: EntityManager, deliveries: readonly NewDelivery[]): Promise<Map<string, string>> {
    for (const { row, duplicateKey } of deliveries)
      if (duplicateKey && !this.first.has(duplicateKey.key))
        this.first.set(duplicateKey.key, { id: row.id, field: duplicateKey.field });
    return announcedAgain(deliveries, this.first);
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
