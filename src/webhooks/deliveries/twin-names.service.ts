import { Injectable } from '@nestjs/common';
import { normaliseDelivery } from '../events/normalise.js';
import { webhookIdOf } from '../events/listed-members.js';
import { parsePayload } from '../events/payload-parser.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { hasTwinNames, lacksTwinName, lacksTwinNames, withTwinNames } from '../events/twin-names.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { type DeliveryBody } from './delivery-filter.js';
import { announcedBy, storable } from './delivery-row.js';
import { TwinNamesRepository } from './twin-names.repository.js';

/** Completes events of releases of Plane that announce a change by name and by id in two webhooks (docs/plane-versions.md). */
@Injectable()
export class TwinNamesService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly twins: TwinNamesRepository,
  ) {}

  /** The event with the names that another webhook about its change has, as far as that has arrived. */
  async completed(event: PlaneEvent, { id, connectionId }: DeliveryBody): Promise<PlaneEvent> {
    const change = lacksTwinNames(event) ? announcedBy(event, connectionId) : undefined;
    if (!change) return event;
    const bodies = await this.deliveries.bodies(await this.twins.twinsOf(change));
    const others = [...bodies.values()].map((found) =>
      normaliseDelivery({ ...found, payload: parsePayload(found.body) }),
    );
    const webhook = storable(webhookIdOf(event));
    const isWithout = lacksTwinName(event) && webhook !== '' && !others.some((other) => hasTwinNames(other));
    if (isWithout) await this.twins.sendsNone(webhook, id);
    return withTwinNames(event, others);
  }
}
