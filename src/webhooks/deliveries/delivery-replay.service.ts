import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { tracer } from '../../observability/tracing/tracer.js';
import { QueueService } from '../../queue/queue.service.js';
import { unknownHandler } from '../discovery/handler.errors.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { type DeliveryFilter, type ListedDelivery } from './delivery-filter.js';
import { DeliveryPagesRepository } from './delivery-pages.repository.js';
import { rangeOf } from './page-scan.js';
import { byHandler } from './delivery-writer.service.js';
import { idAfter } from './id-range.js';
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
    private readonly pages: DeliveryPagesRepository,
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
    for (let from: string | undefined; ;) {
      const range = rangeOf(filter, { from });
      const page = await this.pages.list(filter, { range, direction: 'ASC', limit: PAGE });
      deliveries += page.length;
      jobs += await this.dataSource.transaction((transaction) =>
        this.replayPage(transaction, page, handlerId, dry),
      );
      const last = page.at(-1)?.id;
      if (last === undefined || page.length < PAGE) return { deliveries, jobs };
      from = idAfter(last);
    }
  }

  private async replayPage(
    transaction: EntityManager,
    page: readonly ListedDelivery[],
    handlerId: string | undefined,
    dry: boolean,
  ): Promise<number> {
    const traced = tracer() && (await this.deliveries.traceparents(page.map(({ id }) => id)));
    const jobs = page.flatMap((delivery) =>
      this.plan.replayOf(delivery, handlerId, traced?.get(delivery.id)),
    );
    if (!dry) await this.queue.enqueueAll(transaction, byHandler(jobs));
    return jobs.length;
  }

  private requireHandler(handlerId: string | undefined): void {
    const ids = this.registry.all().map(({ id }) => id);
    if (handlerId !== undefined && !ids.includes(handlerId)) throw unknownHandler(handlerId, ids);
  }
}
