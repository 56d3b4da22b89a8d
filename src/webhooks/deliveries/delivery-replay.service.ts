import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type DomainError } from '../../common/domain-error.js';
import { tracer } from '../../observability/tracing/spans.js';
import { DeadLettersService } from '../../queue/dead-letters.service.js';
import { QueueService } from '../../queue/queue.service.js';
import { RerunsRegistry } from '../../queue/reruns.registry.js';
import { WaitingJobsService } from '../../queue/waiting-jobs.service.js';
import { unknownHandler } from '../discovery/handler.errors.js';
import { isChosen } from '../discovery/handler-choice.js';
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
import { type HandlerJob, JobPlanService, type PlannedJob } from './job-plan.service.js';
import { rangeOf } from './page-scan.js';

/** What a replay did, or would do. */
export interface Replay {
  readonly deliveries: number;
  /** One for each delivery and handler that receives it: a new job, or a waiting one that was moved up. */
  readonly jobs: number;
}

const PAGE_SIZE = 500;
/** More than one delivery has. */
const MAX_DEAD_LETTERS = 1000;

/**
 * Runs handlers on stored deliveries again: adds jobs, not deliveries, so a replay is never a duplicate. A handler whose
 * run on the delivery is still to come, such as a retry, runs once: now.
 */
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
    private readonly reruns: RerunsRegistry,
    private readonly waiting: WaitingJobsService,
  ) {}

  /**
   * Replays the deliveries of the filter, 500 in a transaction. For a filter with an id, the delivery's dead letters are
   * redriven, and it is replayed at the other handlers, in one transaction: no dead letter stays that was handled after
   * all.
   *
   * @param handlerId runs this handler alone, or those of this class
   * @param dryRun only counts
   * @throws {DomainError} `handler_unknown`; for a filter with an id, why the handlers have nothing to do
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
        const planned = await this.planned(page, handlerId, redriven);
        if (dryRun) return planned.length;
        const added = await this.add(transaction, planned, single !== undefined && redriven.length === 0);
        return redriven.length + added;
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
    const ids = new Set(this.registry.matching(eventName).map(({ id }) => id));
    const letters = found.letters.filter((letter) => letter.handler === handler || ids.has(letter.handler));
    await this.deadLetters.redrive(letters, transaction);
    return letters.map((letter) => letter.handler);
  }

  private async planned(
    page: readonly ListedDelivery[],
    handlerId: string | undefined,
    redriven: readonly string[],
  ): Promise<PlannedJob[]> {
    const traceparents = tracer() && (await this.deliveries.traceparents(page.map(({ id }) => id)));
    return page
      .flatMap((delivery) => this.plan.replayOf(delivery, handlerId, traceparents?.get(delivery.id)))
      .filter(([handler]) => !redriven.includes(handler));
  }

  /** Leaves out jobs that have nothing to do. Resolves with how many are added. @throws {DomainError} why it would be none, if `orThrow` */
  private async add(transaction: EntityManager, jobs: readonly PlannedJob[], orThrow: boolean): Promise<number> {
    const wanted: PlannedJob[] = [];
    let why: DomainError | undefined;
    for (const [handler, ofHandler] of Map.groupBy(jobs, ([id]) => id)) {
      const refused = await this.reruns.notify(transaction, handler, ofHandler.map(deliveryIdOf));
      wanted.push(...ofHandler.filter((job) => !refused.has(deliveryIdOf(job))));
      why ??= [...refused.values()][0];
    }
    if (orThrow && why && wanted.length === 0) throw why;
    await this.runOnce(transaction, wanted);
    return wanted.length;
  }

  private async runOnce(transaction: EntityManager, jobs: readonly PlannedJob[]): Promise<void> {
    const wanted = jobs.map((job) => ({ queue: job[0], delivery: deliveryIdOf(job) }));
    const waiting = await this.waiting.moveUp(transaction, wanted);
    const known = new Set(waiting.map(({ queue, delivery }) => `${queue} ${delivery}`));
    const added = jobs.filter((job) => !known.has(`${job[0]} ${deliveryIdOf(job)}`));
    await this.queue.enqueueAll(transaction, byHandler(added));
  }

  private requireHandler(handlerId: string | undefined): void {
    const ids = this.registry.all().map(({ id }) => id);
    if (handlerId !== undefined && !ids.some((id) => isChosen(id, handlerId))) throw unknownHandler(handlerId, ids);
  }
}

function deliveryIdOf([, { data }]: PlannedJob): string {
  return (data as HandlerJob).deliveryId;
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
