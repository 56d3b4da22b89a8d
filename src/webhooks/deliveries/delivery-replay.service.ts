import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { QueueService } from '../../queue/queue.service.js';
import { unknownHandler } from '../subscriptions/handler.errors.js';
import { HandlerRegistry } from '../subscriptions/handler.registry.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { type DeliveryFilter, type ListedDelivery } from './delivery-filter.js';
import { byHandler } from './delivery-writer.service.js';
import { JobPlanService } from './job-plan.service.js';

/** What a replay did, or would do. */
export interface Replay {
  readonly deliveries: number;
  /** One a delivery and handler that wants it. */
  readonly jobs: number;
}

const PAGE = 500;

/** Hands stored deliveries to their handlers again. A replay is never taken for a repeat: it makes jobs, not deliveries. */
@Injectable()
export class DeliveryReplayService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly deliveries: DeliveriesRepository,
    private readonly registry: HandlerRegistry,
    private readonly plan: JobPlanService,
    private readonly queue: QueueService,
  ) {}

  /**
   * @param handlerId hands them to this handler alone
   * @param dry counts, and does nothing
   * @throws {DomainError} `handler_unknown`
   */
  async replay(filter: DeliveryFilter, handlerId?: string, dry = false): Promise<Replay> {
    this.requireHandler(handlerId);
    let [deliveries, jobs] = [0, 0];
    for (let after: string | undefined; ;) {
      const page = await this.deliveries.search(filter, PAGE, after);
      deliveries += page.length;
      jobs += await this.dataSource.transaction((transaction) =>
        this.replayPage(transaction, page, handlerId, dry),
      );
      after = page.at(-1)?.id;
      if (page.length < PAGE) return { deliveries, jobs };
    }
  }

  private async replayPage(
    transaction: EntityManager,
    page: readonly ListedDelivery[],
    handlerId: string | undefined,
    dry: boolean,
  ): Promise<number> {
    const jobs = page.flatMap((delivery) => this.plan.replayOf(delivery, handlerId));
    if (!dry) await this.queue.enqueueAll(transaction, byHandler(jobs));
    return jobs.length;
  }

  private requireHandler(handlerId: string | undefined): void {
    const ids = this.registry.all().map(({ id }) => id);
    if (handlerId !== undefined && !ids.includes(handlerId)) throw unknownHandler(handlerId, ids);
  }
}
