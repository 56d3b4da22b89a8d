import { Injectable } from '@nestjs/common';
import { nearestNames } from '../../common/nearest-name.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { QueueStatsService } from '../../queue/queue-stats.service.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';
import { canonicalEventName, EVENT_NAMES } from '../events/event-table.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { type DeliveryFilter } from './delivery-filter.js';
import { OutcomesRepository } from './outcomes.repository.js';

/** A name in a filter that matches nothing because it does not exist; fits an error of a request's parameter. */
export interface UnknownName {
  readonly parameter: 'event' | 'workspace' | 'handler';
  /** What to read after the parameter: `is unknown; did you mean "workitem.created"?`. */
  readonly problem: string;
}

/** Finds misspelled names in filters of deliveries, so that they are reported instead of an empty list. */
@Injectable()
export class FilterNamesService {
  constructor(
    private readonly deliveries: DeliveriesRepository,
    private readonly outcomes: OutcomesRepository,
    private readonly installations: InstallationsService,
    private readonly registry: HandlerRegistry,
    private readonly queues: QueueStatsService,
  ) {}

  /** The unknown names of the filter. Names that only stored deliveries or queues have, as a removed handler's, are known. */
  async unknownIn({ event, workspaceId, handler }: DeliveryFilter): Promise<UnknownName[]> {
    const found = await Promise.all([
      event === undefined ? undefined : this.checkEvent(event),
      workspaceId === undefined ? undefined : this.checkWorkspace(workspaceId),
      handler === undefined ? undefined : this.checkHandler(handler),
    ]);
    return found.filter((each) => each !== undefined);
  }

  private async checkEvent(event: string): Promise<UnknownName | undefined> {
    const canonical = canonicalEventName(event);
    if (canonical === event || (await this.deliveries.hasEvent(event))) return undefined;
    return unknown('event', canonical ? [canonical] : nearestNames(event, EVENT_NAMES));
  }

  private async checkWorkspace(id: string): Promise<UnknownName | undefined> {
    const installations = await this.installations.all();
    if (installations.some(({ workspaceId }) => workspaceId === id)) return undefined;
    if (await this.deliveries.hasWorkspace(id)) return undefined;
    const slugs = new Set(installations.map(({ workspaceSlug }) => workspaceSlug));
    return unknown('workspace', nearestNames(id, [...slugs]));
  }

  private async checkHandler(id: string): Promise<UnknownName | undefined> {
    const ids = this.registry.all().map((handler) => handler.id);
    if (ids.includes(id) || (await this.outcomes.hasHandler(id))) return undefined;
    if ((await this.queues.all()).some(({ handler }) => handler === id)) return undefined;
    return unknown('handler', nearestNames(id, ids));
  }
}

function unknown(parameter: UnknownName['parameter'], near: readonly string[]): UnknownName {
  const hint = near.map((name) => `"${name}"`).join(' or ');
  return { parameter, problem: hint === '' ? 'is unknown' : `is unknown; did you mean ${hint}?` };
}
