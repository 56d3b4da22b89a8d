import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { QueueService } from '../../queue/queue.service.js';
import { HandlerRegistry } from '../subscriptions/handler.registry.js';
import { type HandlerJob } from '../subscriptions/handler.job.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { type DeliveryEntity } from './delivery.entity.js';
import { deliveryRow, type VerifiedDelivery } from './delivery-row.js';

/** What became of a webhook that was stored. */
export interface StoredDelivery {
  readonly status: 'accepted' | 'duplicate';
  /** Of the first delivery of the event. */
  readonly id: string;
}

/** Keeps deliveries, and makes a job of each for every handler that wants it. */
@Injectable()
export class DeliveriesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly deliveries: DeliveriesRepository,
    private readonly registry: HandlerRegistry,
    private readonly queue: QueueService,
  ) {}

  /** Stores the delivery and its jobs in one transaction, or finds that the event is known. */
  async store(delivery: VerifiedDelivery): Promise<StoredDelivery> {
    const row = deliveryRow(delivery);
    return this.dataSource.transaction(async (transaction) => {
      if (await this.deliveries.insert(transaction, row)) return this.dispatch(transaction, row);
      const id = await this.deliveries.idOf(transaction, row.key);
      return { status: 'duplicate', id: id ?? row.id };
    });
  }

  async find(id: string): Promise<DeliveryEntity | undefined> {
    return this.deliveries.find(id);
  }

  /** When each of these secrets last signed a delivery, within the last week; by their fingerprints. */
  async lastSignedBy(fingerprints: readonly string[]): Promise<Map<string, Date>> {
    return this.deliveries.lastSignedBy(fingerprints);
  }

  private async dispatch(
    transaction: EntityManager,
    { id, eventName }: DeliveryEntity,
  ): Promise<StoredDelivery> {
    const job: HandlerJob = { deliveryId: id };
    for (const handler of this.registry.matching(eventName))
      await this.queue.enqueue(transaction, handler.id, job);
    return { status: 'accepted', id };
  }
}
