import { Injectable } from '@nestjs/common';
import { InstallationsService } from '../../installations/installations.service.js';
import { DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { type ListedDelivery } from '../../webhooks/deliveries/delivery-filter.js';
import { type DeliveryOutcome } from '../../webhooks/deliveries/outcome.js';
import { OutcomesService } from '../../webhooks/deliveries/outcomes.service.js';
import { HandlerRegistry } from '../../webhooks/discovery/handler.registry.js';

/** One delivery, without its bytes. */
export interface DeliveryView {
  readonly delivery: ListedDelivery;
  /** The slug, where the app is or was installed. */
  readonly workspace: string | undefined;
  readonly outcomes: readonly DeliveryOutcome[];
  /** The handlers of this release that want it. */
  readonly handlers: readonly string[];
}

/** Reads one delivery. */
@Injectable()
export class DeliveryService {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly outcomes: OutcomesService,
    private readonly installations: InstallationsService,
    private readonly registry: HandlerRegistry,
  ) {}

  /** @throws {DomainError} `delivery_unknown` */
  async read(id: string): Promise<DeliveryView> {
    const delivery = await this.deliveries.requireListed(id);
    const [outcomes, installation] = await Promise.all([
      this.outcomes.of(id),
      this.installations.findByWorkspace(delivery.workspaceId),
    ]);
    const handlers = this.registry.matching(delivery.eventName).map((handler) => handler.id);
    return { delivery, workspace: installation?.workspaceSlug, outcomes, handlers };
  }
}
