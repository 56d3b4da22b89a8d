import { Injectable } from '@nestjs/common';
import { type Actor } from '../../../audit/actor.js';
import { AuditService } from '../../../audit/audit.service.js';
import { InstallationsService } from '../../../installations/installations.service.js';
import { type DeadLetter, DeadLettersService } from '../../../queue/dead-letters.service.js';
import { DeliveriesService } from '../../../webhooks/deliveries/deliveries.service.js';
import { type ListedDelivery } from '../../../webhooks/deliveries/delivery-filter.js';
import { type DeliveryOutcome } from '../../../webhooks/deliveries/outcome.js';
import { OutcomesService } from '../../../webhooks/deliveries/outcomes.service.js';
import { HandlerRegistry } from '../../../webhooks/subscriptions/handler.registry.js';
import { DeliveryActionsService } from '../../actions/delivery-actions.service.js';

/** Far more than a person lets lie; past them a replay leaves its dead letter behind. */
const MOST_LETTERS = 10_000;

/** One delivery, without its bytes. */
export interface DeliveryView {
  readonly delivery: ListedDelivery;
  /** The slug, where the app is or was installed. */
  readonly workspace: string | undefined;
  readonly outcomes: readonly DeliveryOutcome[];
  /** The handlers of this release that want it. */
  readonly handlers: readonly string[];
}

/** Reads one delivery, and hands it to its handlers again. */
@Injectable()
export class DeliveryService {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly outcomes: OutcomesService,
    private readonly installations: InstallationsService,
    private readonly registry: HandlerRegistry,
    private readonly letters: DeadLettersService,
    private readonly actions: DeliveryActionsService,
    private readonly audit: AuditService,
  ) {}

  /** @throws {DomainError} `delivery_unknown` */
  async read(id: string): Promise<DeliveryView> {
    const { body: _body, headers: _headers, ...delivery } = await this.deliveries.require(id);
    const [outcomes, installation] = await Promise.all([
      this.outcomes.of(id),
      this.installations.findByWorkspace(delivery.workspaceId),
    ]);
    const handlers = this.registry.matching(delivery.eventName).map((handler) => handler.id);
    return { delivery, workspace: installation?.workspaceSlug, outcomes, handlers };
  }

  /**
   * Runs it again at a handler, or at all that want it. Where it lies among the dead letters, that one is given back,
   * so that nothing is left behind that seems to need somebody. Resolves with how many runs.
   *
   * @throws {DomainError} `delivery_unknown`, `handler_unknown`
   */
  async again(by: Actor, id: string, handler?: string): Promise<number> {
    const { handlers } = await this.read(id);
    const letters = await this.lettersOf(id, handler);
    const redriven = new Set(letters.map((letter) => letter.handler));
    let runs = 0;
    if (letters.length > 0) runs += await this.giveBack(by, id, letters);
    const rest = (handler === undefined ? handlers : [handler]).filter((each) => !redriven.has(each));
    for (const each of rest) runs += (await this.actions.replay(by, { id }, each)).jobs;
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

  private async lettersOf(id: string, handler: string | undefined): Promise<DeadLetter[]> {
    const failed = (await this.outcomes.of(id)).filter(({ state }) => state === 'dead_lettered');
    const wanted = failed.filter((each) => handler === undefined || each.handler === handler);
    const listed = await Promise.all(wanted.map((each) => this.letters.list(MOST_LETTERS, each.handler)));
    return listed.flat().filter(({ data }) => data['deliveryId'] === id);
  }
}
