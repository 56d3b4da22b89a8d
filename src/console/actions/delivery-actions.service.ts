import { Injectable } from '@nestjs/common';
import { type Actor } from '../../audit/actor.js';
import { AuditService } from '../../audit/audit.service.js';
import { type DeadLetter, DeadLettersService } from '../../queue/dead-letters.service.js';
import { DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { type DeliveryFilter } from '../../webhooks/deliveries/delivery-filter.js';
import { DeliveryReplayService, type Replay } from '../../webhooks/deliveries/delivery-replay.service.js';
import { type StoredWebhook } from '../../webhooks/deliveries/stored-webhook.js';
import { HandlerRegistry } from '../../webhooks/subscriptions/handler.registry.js';

/** Of one delivery; more than it has handlers. */
const MOST_LETTERS = 1000;

/** What an operator does with deliveries, audited. */
@Injectable()
export class DeliveryActionsService {
  constructor(
    private readonly audit: AuditService,
    private readonly deliveries: DeliveriesService,
    private readonly replays: DeliveryReplayService,
    private readonly registry: HandlerRegistry,
    private readonly letters: DeadLettersService,
  ) {}

  /** A delivery with its bytes and headers. @throws {DomainError} `delivery_unknown` */
  async read(by: Actor, id: string): Promise<StoredWebhook> {
    return this.audit.audited({ by, action: 'delivery.read', target: `delivery/${id}` }, () =>
      this.deliveries.require(id),
    );
  }

  /**
   * Hands stored deliveries to their handlers again. A dry run only counts, and is not audited.
   *
   * @param handler to this one alone
   * @throws {DomainError} `delivery_unknown` for a filter with an id that is not there, `handler_unknown`
   */
  async replay(by: Actor, filter: DeliveryFilter, handler?: string, dryRun = false): Promise<Replay> {
    if (filter.id !== undefined) await this.deliveries.requireListed(filter.id);
    if (dryRun) return this.replays.replay(filter, handler, true);
    const { id, ...rest } = filter;
    const target = id === undefined ? {} : { target: `delivery/${id}` };
    const details = { ...rest, ...(handler !== undefined && { toHandler: handler }) };
    return this.audit.audited(
      { by, action: 'delivery.replay', ...target, details },
      () => this.replays.replay(filter, handler),
      ({ deliveries, jobs }) => ({ deliveries, jobs }),
    );
  }

  /**
   * Runs a delivery again at a handler, or at all that want it. Where it lies among the dead letters of one, that one is
   * given back, so that nothing is left behind that seems to need somebody. Resolves with how many runs.
   *
   * @throws {DomainError} `delivery_unknown`, `handler_unknown`
   */
  async again(by: Actor, id: string, handler?: string): Promise<number> {
    const { id: deliveryId, eventName } = await this.deliveries.requireListed(id);
    const wanting = this.registry.matching(eventName).map((each) => each.id);
    const wanted = handler === undefined ? wanting : [handler];
    const { letters } = await this.letters.page({ deliveryId, handler }, { limit: MOST_LETTERS });
    const lying = letters.filter((letter) => wanted.includes(letter.handler));
    let runs = lying.length > 0 ? await this.giveBack(by, id, lying) : 0;
    const redriven = new Set(lying.map((letter) => letter.handler));
    for (const each of wanted) if (!redriven.has(each)) runs += (await this.replay(by, { id }, each)).jobs;
    return runs;
  }

  /** Booked as what it is to the operator: a replay of this delivery. */
  private async giveBack(by: Actor, id: string, letters: readonly DeadLetter[]): Promise<number> {
    const details = { deadLettersOf: letters.map(({ handler }) => handler) };
    return this.audit.audited(
      { by, action: 'delivery.replay', target: `delivery/${id}`, details },
      () => this.letters.redrive(letters),
      (jobs) => ({ jobs }),
    );
  }
}
