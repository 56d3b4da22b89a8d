import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { validate as isUuid } from 'uuid';
import {
  type StoredWebhook,
  type DeliveryBody,
  type DeliveryFilter,
  type DeliveryPage,
  type ListedDelivery,
} from './delivery-filter.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { invalidCursor, unknownDelivery } from './delivery.errors.js';
import { DeliveryPagesRepository } from './delivery-pages.repository.js';
import { DeliveryBatchesService } from './delivery-batches.service.js';
import { DuplicatesRepository } from './duplicates.repository.js';
import { newDelivery, type VerifiedDelivery } from './delivery-row.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { rangeOf } from './page-scan.js';
import { type StoredDelivery } from './delivery-writer.service.js';

/** A page of a list. */
export interface PageOptions {
  readonly limit: number;
  readonly before?: string | undefined;
}

/** Stores and reads deliveries. */
@Injectable()
export class DeliveriesService {
  private readonly loader = new DataLoader<string, DeliveryBody | undefined>(
    async (ids) => {
      const found = await this.deliveries.bodies(ids);
      return ids.map((id) => found.get(id));
    },
    { cache: false },
  );

  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly pages: DeliveryPagesRepository,
    private readonly batches: DeliveryBatchesService,
    private readonly duplicates: DuplicatesRepository,
  ) {}

  /**
   * Stores the delivery and its jobs in one transaction, or finds it to be a duplicate. Retries until `giveUpAt`, by
   * `performance.now()`.
   */
  async store(delivery: VerifiedDelivery, giveUpAt = 0): Promise<StoredDelivery> {
    return this.batches.store(newDelivery(delivery), giveUpAt);
  }

  /**
   * Decides, when a handler is about to run, whether it receives the change that this delivery announces with another one.
   * Resolves with the other one's id.
   */
  async receivedWith(id: string, event: PlaneEvent, connectionId?: string): Promise<string | undefined> {
    return this.duplicates.settle(id, event, connectionId);
  }

  /** Reads concurrent requests together. */
  async body(id: string): Promise<DeliveryBody | undefined> {
    return this.loader.load(id);
  }

  /** @throws {DomainError} `delivery_unknown` */
  async require(id: string): Promise<StoredWebhook> {
    const found = isUuid(id) ? await this.deliveries.find(id) : undefined;
    if (!found) throw unknownDelivery(id);
    return found;
  }

  /** The same without body and headers. @throws {DomainError} `delivery_unknown` */
  async requireListed(id: string): Promise<ListedDelivery> {
    if (!isUuid(id)) throw unknownDelivery(id);
    const range = rangeOf({ id }, {});
    const [found] = await this.pages.list({}, { range, direction: 'DESC', limit: 1 });
    if (!found) throw unknownDelivery(id);
    return found;
  }

  /**
   * The deliveries that match the filter, newest first, without their bodies. Pages do not shift when new ones arrive.
   *
   * @param before the id of a delivery, as `next` of a page: lists older ones
   * @throws {DomainError} `cursor_invalid`
   */
  async page(filter: DeliveryFilter, { limit, before }: PageOptions): Promise<DeliveryPage> {
    if (before !== undefined && !isUuid(before)) throw invalidCursor(before);
    if (filter.id !== undefined && !isUuid(filter.id)) return { deliveries: [] };
    const range = rangeOf(filter, { to: before?.toLowerCase() });
    const found = await this.pages.list(filter, { range, direction: 'DESC', limit: limit + 1 });
    const listed = found.slice(0, limit);
    const outcomes = await this.pages.outcomes(listed.map(({ id }) => id));
    const deliveries = listed.map((each) => ({ ...each, outcomes: outcomes.get(each.id) ?? [] }));
    const next = found.length > limit && listed.at(-1)?.id;
    return { deliveries, ...(next && { next }) };
  }

  /** When each of these secrets last signed a delivery, within the last week; by their fingerprints. */
  async lastSignedBy(fingerprints: readonly string[]): Promise<Map<string, Date>> {
    return this.deliveries.lastSignedBy(fingerprints);
  }

  /** The workspace of the last delivery that one of these secrets signed, within the last week. */
  async workspaceSignedBy(fingerprints: readonly string[]): Promise<string | undefined> {
    return this.deliveries.workspaceSignedBy(fingerprints);
  }

  /** When this secret last signed a delivery of the workspace that is still stored. */
  async lastSignedIn(workspaceId: string, fingerprints: readonly string[]): Promise<Date | undefined> {
    return this.deliveries.lastSignedIn(workspaceId, fingerprints);
  }
}
