import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { type Actor } from '../../audit/actor.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { DeliveriesService } from '../../webhooks/deliveries/deliveries.service.js';
import { type DeliveryFilter } from '../../webhooks/deliveries/delivery-filter.js';
import { OutcomesService } from '../../webhooks/deliveries/outcomes.service.js';
import { DeliveryOperations } from '../../operations/delivery.operations.js';
import { requestFaults } from '../http/api.errors.js';
import { cursorOf, type Page, placeOf } from '../http/cursor.js';
import { type DeliveriesQuery } from './deliveries.query.js';
import { type DeliveryFilterDto } from './delivery-filter.dto.js';
import { type DeliveryDto } from './delivery.dto.js';
import { deliveryView } from './delivery.view.js';
import { deliverySummary, type ListedDeliveryDto } from './listed-delivery.dto.js';

/** Reads deliveries as the API tells them. */
@Injectable()
export class DeliveryReadsService {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly outcomes: OutcomesService,
    private readonly installations: InstallationsService,
    private readonly actions: DeliveryOperations,
  ) {}

  /** A page of those that the query's filter lets through, the newest first. */
  async page(query: DeliveriesQuery): Promise<Page<ListedDeliveryDto>> {
    const before = placeOf(query.cursor, isUuid);
    const { limit } = query;
    const filter = await this.filterOf(query);
    const { deliveries, next } = await this.deliveries.page(filter, { limit, before });
    const slugs = await this.installations.installedWorkspaces();
    const items = deliveries.map(({ outcomes, ...delivery }) => ({
      ...deliverySummary(delivery, slugs),
      outcomes: outcomes.map(({ handler, state, lastError }) => ({
        handler,
        state,
        ...(lastError !== null && { lastError }),
      })),
    }));
    return { items, ...(next !== undefined && { next: cursorOf(next) }) };
  }

  /** One delivery. @param whole also what it holds, which is audited */
  async one(by: Actor, id: string, whole: boolean): Promise<DeliveryDto> {
    const delivery = await (whole ? this.actions.read(by, id) : this.deliveries.require(id));
    const slugs = await this.installations.installedWorkspaces();
    return deliveryView(delivery, await this.outcomes.of(id), slugs, whole);
  }

  /** The filter that a body tells. @throws {DomainError} 400 for one that lets everything through */
  async someFilter(body: DeliveryFilterDto): Promise<DeliveryFilter> {
    const filter = await this.filterOf(body);
    if (Object.keys(filter).length > 0) return filter;
    const names = 'event, workspace, state, handler, since, until, text';
    throw requestFaults([{ parameter: 'body', problem: `must have at least one of ${names}` }]);
  }

  private async filterOf(given: DeliveryFilterDto): Promise<DeliveryFilter> {
    const { event, workspace, state, handler, since, until, text } = given;
    const workspaceId = workspace && (await this.installations.workspaceIdOf(workspace));
    const filter = { event, workspaceId, state, handler, since, until, text };
    return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
  }
}
