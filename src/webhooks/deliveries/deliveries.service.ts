import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { validate as isUuid } from 'uuid';
import { type StoredWebhook } from './stored-webhook.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { invalidCursor, unknownDelivery } from './delivery.errors.js';
import {
  type DeliveryBody,
  type DeliveryFilter,
  type DeliveryPage,
  type ListedDelivery,
} from './delivery-filter.js';
import { DeliveryPagesRepository } from './delivery-pages.repository.js';
import { DeliveryBatchesService } from './delivery-batches.service.js';
import { newDelivery, type VerifiedDelivery } from './delivery-row.js';
import { rangeOf } from './page-scan.js';
import { DuplicatesRepository } from './duplicates.repository.js';
import { type StoredDelivery } from './delivery-writer.service.js';

/** Which page of a list. */
export interface PageOptions {
  readonly limit: number;
  readonly before?: string | undefined;
}

/** Keeps deliveries, and makes a job of each for every handler that wants it. */
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
    private readonly folds: DuplicatesRepository,
    private readonly batches: DeliveryBatchesService,
  ) {}

  /**
   * Stores the delivery and its jobs in one transaction, or finds that the event is known. Tries until `giveUpAt`, by
   * `performance.now()`.
   */
  async store(delivery: VerifiedDelivery, giveUpAt = 0): Promise<StoredDelivery> {
    return this.batches.store(newDelivery(delivery), giveUpAt);
  }

  /** Those that are asked for at the same moment are read together. */
  async body(id: string): Promise<DeliveryBody | undefined> {
    return this.loader.load(id);
  }

  /** @throws {DomainError} `delivery_unknown` */
  async require(id: string): Promise<StoredWebhook> {
    const found = isUuid(id) ? await this.deliveries.find(id) : undefined;
    if (!found) throw unknownDelivery(id);
    return found;
  }

  /** The same without its bytes and headers. @throws {DomainError} `delivery_unknown` */
  async requireListed(id: string): Promise<ListedDelivery> {
    if (!isUuid(id)) throw unknownDelivery(id);
    const range = rangeOf({ id }, {});
    const [found] = await this.pages.list({}, { range, direction: 'DESC', limit: 1 });
    if (!found) throw unknownDelivery(id);
    return found;
  }

  /**
   * Those that the filter lets through, newest first, without their bytes. What arrives meanwhile moves nothing: the
   * next page goes on behind this one's last.
   *
   * @param before an id of a delivery, such as `next` of a page: from there on
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

  /** Deletes some of the oldest that came longer ago than that. Resolves with how many. */
  async deleteOlderThan(seconds: number, limit: number): Promise<number> {
    return this.deliveries.deleteOlderThan(seconds, limit);
  }

  /** The same for what is known of doubles. */
  async deleteFoldsOlderThan(seconds: number, limit: number): Promise<number> {
    return this.folds.deleteOlderThan(seconds, limit);
  }

  /** When each of these secrets last signed a delivery, within the last week; by their fingerprints. */
  async lastSignedBy(fingerprints: readonly string[]): Promise<Map<string, Date>> {
    return this.deliveries.lastSignedBy(fingerprints);
  }

  /** When this secret last signed a delivery of the workspace that is still kept. */
  async lastSignedIn(workspaceId: string, fingerprint: string): Promise<Date | undefined> {
    return this.deliveries.lastSignedIn(workspaceId, fingerprint);
  }
}
