import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { DeadLettersService } from '../queue/dead-letters.service.js';
import { DeliveriesService } from '../webhooks/deliveries/deliveries.service.js';
import { type DeliveryFilter, type ListedDelivery } from '../webhooks/deliveries/delivery-filter.js';
import { DeliveryReplayService, type Replay } from '../webhooks/deliveries/delivery-replay.service.js';
import { type StoredWebhook } from '../webhooks/deliveries/stored-webhook.js';
import { HandlerRegistry } from '../webhooks/discovery/handler.registry.js';

/** More than a delivery can have: one a handler. */
const MAX_LETTERS = 1000;

/** Operations on deliveries, audited. */
@Injectable()
export class DeliveryOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly deliveries: DeliveriesService,
    private readonly replays: DeliveryReplayService,
    private readonly registry: HandlerRegistry,
    private readonly letters: DeadLettersService,
  ) {}

  /** A delivery with its body and headers. @throws {DomainError} `delivery_unknown` */
  async read(by: Actor, id: string): Promise<StoredWebhook> {
    return this.audit.audited({ by, action: 'delivery.read', target: `delivery/${id}` }, () =>
      this.deliveries.require(id),
    );
  }

  /**
   * Runs the handlers on stored deliveries again. Where a single delivery is a dead letter of a handler, that dead letter
   * is redriven instead, so that it does not stay in the list. A dry run only counts, and is not audited.
   *
   * @param handler only this handler
   * @throws {DomainError} `delivery_unknown` for a filter with an unknown id, `handler_unknown`
   */
  async replay(by: Actor, filter: DeliveryFilter, handler?: string, dryRun = false): Promise<Replay> {
    const { id, ...rest } = filter;
    const delivery = id === undefined ? undefined : await this.deliveries.requireListed(id);
    if (dryRun) return this.replays.replay(filter, handler, true);
    const target = id === undefined ? {} : { target: `delivery/${id}` };
    const details = { ...rest, ...(handler !== undefined && { toHandler: handler }) };
    return this.audit.audited(
      { by, action: 'delivery.replay', ...target, details },
      () => (delivery ? this.replayOne(delivery, handler) : this.replays.replay(filter, handler)),
      ({ deliveries, jobs }) => ({ deliveries, jobs }),
    );
  }

  private async replayOne({ id, eventName }: ListedDelivery, handler: string | undefined): Promise<Replay> {
    const wanted =
      handler === undefined ? this.registry.matching(eventName).map((each) => each.id) : [handler];
    const { letters } = await this.letters.page({ deliveryId: id, handler }, { limit: MAX_LETTERS });
    const matching = letters.filter((letter) => wanted.includes(letter.handler));
    let jobs = await this.letters.redrive(matching);
    const redriven = new Set(matching.map((letter) => letter.handler));
    for (const each of wanted)
      if (!redriven.has(each)) jobs += (await this.replays.replay({ id }, each)).jobs;
    return { deliveries: 1, jobs };
  }
}
