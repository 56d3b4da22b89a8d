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

/** The result of storing a webhook, which is also its answer. */
export interface StoredDelivery {
  readonly status: 'accepted' | 'duplicate';
  /** The id of the event's first delivery. */
  readonly id: string;
}

/** Writes deliveries, with a job for every handler that matches. */
@Injectable()
export class DeliveryWriterService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly deliveries: DeliveriesRepository,
    private readonly duplicates: DuplicatesRepository,
    private readonly outcomes: OutcomesService,
    private readonly plan: JobPlanService,
    private readonly queue: QueueService,
  ) {}

  /** Stores all of them in one transaction. Resolves with the results in their order. */
  async write(deliveries: readonly NewDelivery[]): Promise<StoredDelivery[]> {
    return withStoreSpans(deliveries, (traced) => this.store(traced));
  }

  private async store(deliveries: readonly NewDelivery[]): Promise<StoredDelivery[]> {
    const rows = deliveries.map(({ row }) => row);
    return writeTransaction(this.dataSource, async (transaction) => {
      const inserted = await this.deliveries.insert(transaction, rows);
      const accepted = deliveries.filter(({ row }) => inserted.has(row.id));
      await this.addJobs(transaction, accepted);
      const known = rows.filter(({ id }) => !inserted.has(id)).map(({ key }) => key);
      const first = known.length > 0 ? await this.deliveries.idsOf(transaction, known) : new Map();
      return rows.map(({ id, key }): StoredDelivery => {
        if (inserted.has(id)) return { status: 'accepted', id };
        return { status: 'duplicate', id: first.get(key) ?? id };
      });
    });
  }

  private async addJobs(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<void> {
    const duplicates = await this.duplicates.duplicatesOf(transaction, deliveries);
    const jobs = deliveries.flatMap((delivery) =>
      duplicates.has(delivery.row.id) ? this.plan.jobsOfDuplicate(delivery) : this.plan.jobsOf(delivery),
    );
    if (duplicates.size > 0) await this.recordDuplicates(transaction, deliveries, duplicates);
    await this.queue.enqueueAll(transaction, byHandler(jobs));
  }

  /** Handlers without `coalesce` receive the first delivery alone, whose event has both fields. */
  private async recordDuplicates(
    transaction: EntityManager,
    deliveries: readonly NewDelivery[],
    duplicates: ReadonlyMap<string, string>,
  ): Promise<void> {
    const skipped = deliveries.flatMap((delivery) => {
      const { id: deliveryId } = delivery.row;
      const into = duplicates.get(deliveryId);
      if (into === undefined) return [];
      if (delivery.within) trace.getSpan(delivery.within)?.setAttribute('hangar.folded_into', into);
      return this.plan.handlersToSkip(delivery).map((handler) => ({ deliveryId, handler, into }));
    });
    await this.outcomes.recordFolded(transaction, skipped);
  }
}

/** In the order of the jobs. */
export function byHandler(jobs: readonly PlannedJob[]): Map<string, NewJob[]> {
  const grouped = Map.groupBy(jobs, ([handler]) => handler);
  return new Map([...grouped].map(([handler, planned]) => [handler, planned.map(([, job]) => job)]));
}
