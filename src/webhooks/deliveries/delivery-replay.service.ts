import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { tracer } from '../../observability/tracing/spans.js';
import { DeadLettersService } from '../../queue/dead-letters.service.js';
import { QueueService } from '../../queue/queue.service.js';
import { unknownHandler } from '../discovery/handler.errors.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { MalformedPayloadError } from '../events/malformed-payload.error.js';
import { normaliseDelivery } from '../events/normalise.js';
import { UNKNOWN } from '../events/normalise-unknown.js';
import { parsePayload } from '../events/payload-parser.js';
import { type DeliveryBody, type DeliveryFilter, type ListedDelivery } from './delivery-filter.js';
import { DeliveryPagesRepository } from './delivery-pages.repository.js';
import { columnsOf } from './delivery-row.js';
import { byHandler } from './delivery-writer.service.js';
import { idAfter } from './id-range.js';
import { JobPlanService } from './job-plan.service.js';
import { rangeOf } from './page-scan.js';

/** What a replay did, or would do. */
export interface Replay {
  readonly deliveries: number;
  /** One for each delivery and handler that receives it. */
  readonly jobs: number;
}

const PAGE_SIZE = 500;
/** More than one delivery has. */
const MAX_DEAD_LETTERS = 1000;

/** Runs handlers on stored deliveries again: adds jobs, not deliveries, so a replay is never a duplicate. */
@Injectable()
export class DeliveryReplayService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly pages: DeliveryPagesRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly registry: HandlerRegistry,
    private readonly plan: JobPlanService,
    private readonly queue: QueueService,
    private readonly deadLetters: DeadLettersService,
  ) {}

  /**
   * Replays the deliveries of the filter, 500 in a transaction. For a filter with an id, the delivery's dead letters are
   * redriven, and it is replayed at the other handlers, in one transaction: no dead letter stays that was handled after
   * all.
   *
   * @param handlerId runs this handler alone
   * @param dryRun only counts
   * @throws {DomainError} `handler_unknown`
   */
  async replay(filter: DeliveryFilter, handlerId?: string, dryRun = false): Promise<Replay> {
    this.requireHandler(handlerId);
    let [deliveries, jobs] = [0, 0];
    for (let from: string | undefined; ;) {
      const range = rangeOf(filter, { from });
      const listed = await this.pages.list(filter, { range, direction: 'ASC', limit: PAGE_SIZE });
      deliveries += listed.length;
      jobs += await this.dataSource.transaction(async (transaction) => {
        const page = await this.parseAgain(transaction, listed, dryRun);
        const single = filter.id !== undefined && !dryRun ? page[0] : undefined;
        const redriven = single ? await this.redrive(transaction, single, handlerId) : [];
        return redriven.length + (await this.replayPage(transaction, page, handlerId, redriven, dryRun));
      });
      const last = listed.at(-1)?.id;
      if (last === undefined || listed.length < PAGE_SIZE) return { deliveries, jobs };
      from = idAfter(last);
    }
  }

  /** Parses bodies of an unknown shape again: an earlier release may have stored what this one knows. */
  private async parseAgain(
    transaction: EntityManager,
    page: readonly ListedDelivery[],
    dryRun: boolean,
  ): Promise<ListedDelivery[]> {
    const unknown = page.filter(({ source }) => source === UNKNOWN).map(({ id }) => id);
    const bodies = unknown.length > 0 ? await this.deliveries.bodies(unknown) : new Map<string, DeliveryBody>();
    const parsed = page.map((delivery) => {
      const stored = bodies.get(delivery.id);
      return stored ? { ...delivery, ...knownColumns(stored) } : delivery;
    });
    if (!dryRun)
      for (const { id, receivedAt: _, ...columns } of parsed.filter(
        (each, index) => each.source !== page[index]?.source,
      ))
        await this.deliveries.update(transaction, id, columns);
    return parsed;
  }

  /** Redrives the delivery's dead letters. Resolves with the handler of each. */
  private async redrive(
    transaction: EntityManager,
    { id: deliveryId, eventName }: ListedDelivery,
    handler: string | undefined,
  ): Promise<string[]> {
    const limit = MAX_DEAD_LETTERS;
    const found = await this.deadLetters.page({ deliveryId, handler }, { limit }, transaction);
    const handlers = handler === undefined ? this.registry.matching(eventName).map(({ id }) => id) : [handler];
    const letters = found.letters.filter((letter) => handlers.includes(letter.handler));
    await this.deadLetters.redrive(letters, transaction);
    return letters.map((letter) => letter.handler);
  }

  private async replayPage(
    transaction: EntityManager,
    page: readonly ListedDelivery[],
    handlerId: string | undefined,
    redriven: readonly string[],
    dryRun: boolean,
  ): Promise<number> {
    const traceparents = tracer() && (await this.deliveries.traceparents(page.map(({ id }) => id)));
    const jobs = page
      .flatMap((delivery) => this.plan.replayOf(delivery, handlerId, traceparents?.get(delivery.id)))
      .filter(([handler]) => !redriven.includes(handler));
    if (!dryRun) await this.queue.enqueueAll(transaction, byHandler(jobs));
    return jobs.length;
  }

  private requireHandler(handlerId: string | undefined): void {
    const ids = this.registry.all().map(({ id }) => id);
    if (handlerId !== undefined && !ids.includes(handlerId)) throw unknownHandler(handlerId, ids);
  }
}

/** Nothing while its shape is unknown to this release. */
function knownColumns(stored: DeliveryBody): Partial<ListedDelivery> {
  try {
    return columnsOf(normaliseDelivery({ ...stored, payload: parsePayload(stored.body) }));
  } catch (error) {
    if (error instanceof MalformedPayloadError) return {};
    throw error;
  }
}
