import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { DeliveriesService } from '../webhooks/deliveries/deliveries.service.js';
import { type DeliveryFilter, type StoredWebhook } from '../webhooks/deliveries/delivery-filter.js';
import { DeliveryReplayService, type Replay } from '../webhooks/deliveries/delivery-replay.service.js';

/** Operations on deliveries, audited. */
@Injectable()
export class DeliveryOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly deliveries: DeliveriesService,
    private readonly replays: DeliveryReplayService,
  ) {}

  /** A delivery with its body and headers. @throws {DomainError} `delivery_unknown` */
  async read(by: Actor, id: string): Promise<StoredWebhook> {
    return this.audit.audited({ by, action: 'delivery.read', target: `delivery/${id}` }, () =>
      this.deliveries.require(id),
    );
  }

  /**
   * Runs handlers on stored deliveries again; see {@link DeliveryReplayService.replay}. A dry run only counts, and is not
   * audited.
   *
   * @param handler runs this one alone, or those of this class
   * @throws {DomainError} `delivery_unknown` (the id of the filter), `handler_unknown`
   */
  async replay(by: Actor, filter: DeliveryFilter, handler?: string, dryRun = false): Promise<Replay> {
    const { id, ...rest } = filter;
    if (id !== undefined) await this.deliveries.requireListed(id);
    if (dryRun) return this.replays.replay(filter, handler, true);
    const target = id === undefined ? {} : { target: `delivery/${id}` };
    const details = { ...rest, ...(handler !== undefined && { toHandler: handler }) };
    return this.audit.audited(
      { by, action: 'delivery.replay', ...target, details },
      () => this.replays.replay(filter, handler),
      ({ deliveries, jobs }) => ({ deliveries, jobs }),
    );
  }
}
