import { Injectable } from '@nestjs/common';
import { InstallationsService } from '../../installations/installations.service.js';
import { DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { HandlerRegistry } from '../../webhooks/discovery/handler.registry.js';
import { type RawQuery, textIn } from '../parts/query.js';
import { deliveryQuery } from './delivery-query.js';
import { type DeliveryList } from './deliveries.view.js';

const PAGE = 25;

/** Reads lists of deliveries. */
@Injectable()
export class DeliveryListService {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly installations: InstallationsService,
    private readonly registry: HandlerRegistry,
  ) {}

  /** The page that the address asks for. */
  async read(raw: RawQuery): Promise<DeliveryList> {
    const installations = await this.installations.all();
    const workspace = textIn(raw, 'workspace');
    const query = deliveryQuery(raw, workspace && (await this.installations.workspaceIdOf(workspace)));
    const cursor = query.before === undefined ? {} : { before: query.before };
    const { deliveries, next } = await this.deliveries.page(query.filter, { limit: PAGE, ...cursor });
    const workspaces = new Map(installations.map((each) => [each.workspaceId, each.workspaceSlug]));
    const handlers = this.registry.all().flatMap(({ kind, id }) => (kind === 'plane' ? [id] : []));
    return { query, deliveries, next, installations, handlers, workspaces, now: new Date() };
  }
}
