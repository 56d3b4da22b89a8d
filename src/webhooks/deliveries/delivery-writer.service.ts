import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { trace } from '@opentelemetry/api';
import { DataSource, type EntityManager } from 'typeorm';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { type NewJob } from '../../queue/queue.js';
import { QueueService } from '../../queue/queue.service.js';
import { WaitingJobsService } from '../../queue/waiting-jobs.service.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryParticipantsRegistry } from './delivery-participants.registry.js';
import { type NewDelivery } from './delivery-row.js';
import { DuplicatesRepository } from './duplicates.repository.js';
import { JobPlanService, type PlannedJob } from './job-plan.service.js';
import { OutcomesService } from './outcomes.service.js';
import { RecoveredChangesRepository } from './recovered-changes.repository.js';
import { withStoreSpans } from './store-spans.js';
import { TwinNamesRepository } from './twin-names.repository.js';

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
    @Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>,
    private readonly dataSource: DataSource,
    private readonly deliveries: DeliveriesRepository,
    private readonly duplicates: DuplicatesRepository,
    private readonly twinNames: TwinNamesRepository,
    private readonly recovered: RecoveredChangesRepository,
    private readonly outcomes: OutcomesService,
    private readonly plan: JobPlanService,
    private readonly queue: QueueService,
    private readonly waiting: WaitingJobsService,
    private readonly participants: DeliveryParticipantsRegistry,
  ) {}

  /** Stores all of them in one transaction. Resolves with the results in their order. */
  async write(deliveries: readonly NewDelivery[]): Promise<StoredDelivery[]> {
    return withStoreSpans(deliveries, (traced) => this.store(traced));
  }

  private async store(deliveries: readonly NewDelivery[]): Promise<StoredDelivery[]> {
    return this.dataSource.transaction((transaction) => this.writeIn(transaction, deliveries));
  }

  /** The same in the caller's transaction, without spans. */
  async writeIn(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<StoredDelivery[]> {
    const unique = [...new Map(deliveries.toReversed().map((delivery) => [delivery.row.key, delivery])).values()];
    const inserted = await this.insert(transaction, unique.toReversed());
    await this.participants.notify(transaction, [...inserted.values()]);
    await this.addJobs(transaction, [...inserted.values()]);
    const known = unique.map(({ row }) => row.key).filter((key) => !inserted.has(key));
    const first = known.length > 0 ? await this.deliveries.idsOf(transaction, known) : new Map();
    const accepted = new Set(unique.filter(({ row }) => inserted.has(row.key)));
    return deliveries.map((delivery): StoredDelivery => {
      const { key, id } = delivery.row;
      const status = accepted.has(delivery) ? 'accepted' : 'duplicate';
      return { status, id: inserted.get(key)?.row.id ?? first.get(key) ?? id };
    });
  }

  /** Resolves with the new ones by key, as the database stored them. Equal content is new once Plane's retries have ended. */
  private async insert(
    transaction: EntityManager,
    deliveries: readonly NewDelivery[],
  ): Promise<Map<string, NewDelivery>> {
    const inserted = await this.deliveries.insert(transaction, deliveries);
    const again = deliveries.filter(({ row, byContent }) => byContent === true && !inserted.has(row.key));
    const keys = again.map(({ row }) => row.key);
    if (
      keys.length > 0 &&
      (await this.deliveries.releaseKeys(transaction, keys, this.config.webhookDuplicateHours)) > 0
    )
      for (const [key, stored] of await this.deliveries.insert(transaction, again)) inserted.set(key, stored);
    return new Map(
      deliveries.flatMap((delivery) => {
        const stored = inserted.get(delivery.row.key);
        return stored
          ? [[delivery.row.key, { ...delivery, row: Object.assign({}, delivery.row, stored) }] as const]
          : [];
      }),
    );
  }

  private async addJobs(transaction: EntityManager, deliveries: readonly NewDelivery[]): Promise<void> {
    const late = await this.recovered.announcedLate(transaction, deliveries);
    const { duplicates, awaited } = await this.duplicates.announce(transaction, deliveries);
    const named = namedWith(deliveries, duplicates);
    const lacking = await this.twinNames.announce(transaction, deliveries);
    const unnamed = new Set(lacking.filter((id) => !named.has(id)));
    for (const id of late.keys()) duplicates.delete(id);
    const jobs = deliveries.flatMap((delivery) => {
      if (late.has(delivery.row.id)) return this.plan.jobsOfRecovered(delivery);
      return duplicates.has(delivery.row.id) ? [] : this.plan.jobsOf(delivery, unnamed.has(delivery.row.id));
    });
    if (late.size > 0) await this.recordLate(transaction, deliveries, late);
    if (duplicates.size > 0) await this.recordDuplicates(transaction, deliveries, duplicates);
    await this.queue.enqueueAll(transaction, byHandler(jobs));
    await this.waiting.moveUp(transaction, this.plan.jobsOfUpdates(awaited));
    await this.waiting.endWait(transaction, this.plan.jobsAwaitingNames([...named]));
  }

  /** Handlers that received the change from a catch-up do not receive its late webhook. */
  private async recordLate(
    transaction: EntityManager,
    deliveries: readonly NewDelivery[],
    late: ReadonlyMap<string, string>,
  ): Promise<void> {
    const folded = deliveries.flatMap((delivery) => {
      const { id: deliveryId } = delivery.row;
      const into = late.get(deliveryId);
      if (into === undefined) return [];
      return this.plan.handlersOfRecovered(delivery).map((handler) => ({ deliveryId, handler, into }));
    });
    await this.outcomes.recordFolded(transaction, folded);
  }

  /** Handlers receive the change with the first delivery, whose event has both names of the field. */
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
      return this.plan.handlersOf(delivery).map((handler) => ({ deliveryId, handler, into }));
    });
    await this.outcomes.recordFolded(transaction, skipped);
  }
}

/** The deliveries of whose change a duplicate has the names. */
function namedWith(deliveries: readonly NewDelivery[], duplicates: ReadonlyMap<string, string>): Set<string> {
  const ids = deliveries
    .filter(({ names, announced }) => names?.given && !announced?.isMember)
    .map(({ row }) => duplicates.get(row.id));
  return new Set(ids.filter((id) => id !== undefined));
}

/** In the order of the jobs. */
export function byHandler(jobs: readonly PlannedJob[]): Map<string, NewJob[]> {
  const grouped = Map.groupBy(jobs, ([handler]) => handler);
  return new Map([...grouped].map(([handler, planned]) => [handler, planned.map(([, job]) => job)]));
}
