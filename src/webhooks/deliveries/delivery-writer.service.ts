import { Injectable } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import { DataSource, type EntityManager } from 'typeorm';
import { writeTransaction } from '../../database/write-transaction.js';
import { type NewJob } from '../../queue/queue.js';
import { QueueService } from '../../queue/queue.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { type NewDelivery } from './delivery-row.js';
import { DuplicatesRepository } from './duplicates.repository.js';
import { JobPlanService, type PlannedJob } from './job-plan.service.js';
import { OutcomesService } from './outcomes.service.js';
import { withStoreSpans } from './store-spans.js';

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
    private readonly folds: DuplicatesRepository,
    private readonly outcomes: OutcomesService,
    private readonly plan: JobPlanService,
    private readonly queue: QueueService,
  ) {}

  /** All of them in one transaction; the answers come in their order. */
  async write(deliveries: readonly NewDelivery[]): Promise<StoredDelivery[]> {
    return withStoreSpans(deliveries, (traced) => this.store(traced));
  }

  private async store(deliveries: readonly NewDelivery[]): Promise<StoredDelivery[]> {
    const rows = deliveries.map(({ row }) => row);
    return writeTransaction(this.dataSource, async (transaction) => {
      const inserted = await this.deliveries.insert(transaction, rows);
      const known = rows.filter(({ id }) => !inserted.has(id)).map(({ key }) => key);
      await this.dispatch(
        transaction,
        deliveries.filter(({ row }) => inserted.has(row.id)),
      );
      const first = known.length > 0 ? await this.deliveries.idsOf(transaction, known) : new Map();
      return rows.map(({ id, key }): StoredDelivery => {
        if (inserted.has(id)) return { status: 'accepted', id };
        return { status: 'duplicate', id: first.get(key) ?? id };
      });
    });
  }

  private async dispatch(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<void> {
    const doubles = await this.folds.fold(transaction, deliveries);
    const jobs = deliveries.flatMap((delivery) =>
      doubles.has(delivery.row.id) ? this.plan.jobsOfDouble(delivery) : this.plan.jobsOf(delivery),
    );
    if (doubles.size > 0) await this.spare(transaction, deliveries, doubles);
    await this.queue.enqueueAll(transaction, byHandler(jobs));
  }

  /** Handlers that do not ask for doubles are told of the first alone, which tells of both. */
  private async spare(
    transaction: EntityManager,
    deliveries: readonly NewDelivery[],
    doubles: ReadonlyMap<string, string>,
  ): Promise<void> {
    const folded = deliveries.flatMap((delivery) => {
      const { id: deliveryId } = delivery.row;
      const into = doubles.get(deliveryId);
      if (into === undefined) return [];
      if (delivery.within) trace.getSpan(delivery.within)?.setAttribute('hangar.folded_into', into);
      return this.plan.handlersToSkip(delivery).map((handler) => ({ deliveryId, handler, into }));
    });
    await this.outcomes.recordFolded(transaction, folded);
  }
}

/** In the order of the jobs. */
export function byHandler(jobs: readonly PlannedJob[]): Map<string, NewJob[]> {
  const grouped = Map.groupBy(jobs, ([handler]) => handler);
  return new Map([...grouped].map(([handler, planned]) => [handler, planned.map(([, job]) => job)]));
}
