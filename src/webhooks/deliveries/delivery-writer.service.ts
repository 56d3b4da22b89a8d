import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { QueueService } from '../../queue/queue.service.js';
import { type HandlerJob } from '../subscriptions/handler.job.js';
import { HandlerRegistry } from '../subscriptions/handler.registry.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { type DeliveryEntity } from './delivery.entity.js';

/** What became of a webhook that was stored. */
export interface StoredDelivery {
  readonly status: 'accepted' | 'duplicate';
  /** Of the first delivery of the event. */
  readonly id: string;
}

/** Writes deliveries, and a job of each for every handler that wants it. */
@Injectable()
export class DeliveryWriterService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly deliveries: DeliveriesRepository,
    private readonly registry: HandlerRegistry,
    private readonly queue: QueueService,
  ) {}

  /** All of them in one transaction; the answers come in the order of the rows. */
  async write(rows: readonly DeliveryEntity[]): Promise<StoredDelivery[]> {
    return this.dataSource.transaction(async (transaction) => {
      const inserted = await this.deliveries.insert(transaction, rows);
      const known = rows.filter(({ id }) => !inserted.has(id)).map(({ key }) => key);
      await this.dispatch(
        transaction,
        rows.filter(({ id }) => inserted.has(id)),
      );
      const first = known.length > 0 ? await this.deliveries.idsOf(transaction, known) : new Map();
      return rows.map(({ id, key }): StoredDelivery => {
        if (inserted.has(id)) return { status: 'accepted', id };
        return { status: 'duplicate', id: first.get(key) ?? id };
      });
    });
  }

  private async dispatch(transaction: EntityManager, rows: readonly DeliveryEntity[]): Promise<void> {
    const jobs = new Map<string, HandlerJob[]>();
    for (const { id, eventName } of rows)
      for (const handler of this.registry.matching(eventName)) {
        const ofHandler = jobs.get(handler.id) ?? [];
        jobs.set(handler.id, ofHandler);
        ofHandler.push({ deliveryId: id });
      }
    for (const [handler, ofHandler] of jobs) await this.queue.enqueue(transaction, handler, ofHandler);
  }
}
