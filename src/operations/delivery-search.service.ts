import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { nearestNames } from '../common/nearest-name.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { roleMissing } from '../identity/identity.errors.js';
import { includesRole } from '../identity/operator-role.js';
import { type Operator } from '../identity/operator.js';
import { InstallationsService } from '../installations/installations.service.js';
import { DeadLettersService } from '../queue/dead-letters.service.js';
import { DeliveriesService, type PageOptions } from '../webhooks/deliveries/deliveries.service.js';
import { type DeliveryFilter, type DeliveryPage } from '../webhooks/deliveries/delivery-filter.js';
import { isChosen } from '../webhooks/discovery/handler-choice.js';
import { HandlerRegistry } from '../webhooks/discovery/handler.registry.js';
import { canonicalEventName, EVENT_NAMES } from '../webhooks/events/event-table.js';

/** A filter as an operator writes it: the workspace by slug or id, the event in any spelling. */
export interface DeliveryFilterInput extends Omit<DeliveryFilter, 'id' | 'workspaceId'> {
  readonly workspace?: string;
}

/** A name in a filter that nothing known or stored has, most likely a typing error. */
export interface UnknownName {
  /** The parameter of the filter: `handler`, `event`, `workspace`, `connection` or `state`. */
  readonly parameter: string;
  readonly name: string;
  /** Known names with a similar spelling, nearest first; may be empty. */
  readonly similar: readonly string[];
  /** All known names, where they are few. */
  readonly known?: readonly string[];
}

/** A filter with its names resolved. */
export interface ResolvedFilter {
  readonly filter: DeliveryFilter;
  readonly unknown: readonly UnknownName[];
}

/** Searches deliveries for API and console, and finds names in filters that do not exist. */
@Injectable()
export class DeliverySearchService {
  constructor(
    private readonly connections: PlaneConnections,
    private readonly registry: HandlerRegistry,
    private readonly installations: InstallationsService,
    private readonly deliveries: DeliveriesService,
    private readonly letters: DeadLettersService,
  ) {}

  /**
   * A page of deliveries, newest first; empty where the filter has unknown names.
   *
   * @throws {DomainError} `role_missing` for a text search by a viewer: searching letter by letter reveals payloads, which
   * only operators may read. An id may be searched for by any role.
   */
  async search(
    { role }: Operator,
    input: DeliveryFilterInput,
    page: PageOptions,
  ): Promise<DeliveryPage & Pick<ResolvedFilter, 'unknown'>> {
    const { text } = input;
    const searchesWords = text !== undefined && !isUuid(text.trim());
    if (searchesWords && !(role && includesRole(role, 'operator'))) throw roleMissing('operator', role);
    const { filter, unknown } = await this.resolve(input);
    if (unknown.length > 0) return { deliveries: [], unknown };
    return { ...(await this.deliveries.page(filter, page)), unknown };
  }

  /** Resolves the names of a filter. Parameters that are `undefined` are left out of the result. */
  async resolve({ workspace, event, ...rest }: DeliveryFilterInput): Promise<ResolvedFilter> {
    const named = workspace === undefined ? undefined : this.installations.parseName(workspace);
    const connection = rest.connection ?? named?.connection;
    const isMixed = named?.connection !== undefined && named.connection !== connection;
    const found =
      named && !isMixed ? await this.installations.findBySlugOrId(nameIn(named.name, connection)) : undefined;
    const names = {
      event: event === undefined ? undefined : (canonicalEventName(event) ?? event),
      workspaceId: found?.workspaceId ?? named?.name,
      ...rest,
      connection,
    };
    const filter = Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined));
    const slugs = (workspace === undefined ? [] : await this.installations.all()).map((each) => each.workspaceSlug);
    const unknown = await Promise.all([
      this.unknownHandler(rest.handler),
      this.unlessStored('event', event, EVENT_NAMES, canonicalEventName(event ?? '') !== undefined),
      isMixed
        ? [unknownName('workspace', workspace ?? '', [])]
        : this.unlessStored('workspace', named?.name, slugs, found !== undefined),
      this.unknownConnection(connection),
    ]);
    return { filter, unknown: unknown.flat() };
  }

  /** The connection as an unknown name, unless it is configured or a stored delivery has it. */
  private async unknownConnection(connection: string | undefined): Promise<UnknownName[]> {
    const { ids } = this.connections;
    const isKnown = connection !== undefined && ids.includes(connection);
    const unknown = await this.unlessStored('connection', connection, [], isKnown);
    return unknown.map(({ name }) => unknownConnection(name, ids));
  }

  /** The handler, or class of handlers, as an unknown name, unless this release, a dead letter or a stored delivery has it. */
  async unknownHandler(handler: string | undefined): Promise<UnknownName[]> {
    const ids = this.registry.all().map(({ id }) => id);
    if (handler === undefined || ids.some((id) => isChosen(id, handler))) return [];
    const { letters } = await this.letters.page({ handler }, { limit: 1 });
    return this.unlessStored('handler', handler, ids, letters.length > 0);
  }

  private async unlessStored(
    parameter: 'handler' | 'event' | 'workspace' | 'connection',
    name: string | undefined,
    names: readonly string[],
    isKnown: boolean,
  ): Promise<UnknownName[]> {
    if (name === undefined || isKnown) return [];
    const filter = { [parameter === 'workspace' ? 'workspaceId' : parameter]: name };
    const { deliveries } = await this.deliveries.page(filter, { limit: 1 });
    return deliveries.length > 0 ? [] : [unknownName(parameter, name, names)];
  }
}

/** A connection that is neither configured nor stored. @param ids those that are configured */
export function unknownConnection(name: string, ids: readonly string[]): UnknownName {
  return { ...unknownName('connection', name, ids), known: ids };
}

function nameIn(workspace: string, connection: string | undefined): string {
  return connection === undefined ? workspace : `${connection}/${workspace}`;
}

/** An unknown name with the names that it may have been meant for. */
export function unknownName(parameter: string, name: string, names: readonly string[]): UnknownName {
  return { parameter, name, similar: nearestNames(name, [...new Set(names)]) };
}
