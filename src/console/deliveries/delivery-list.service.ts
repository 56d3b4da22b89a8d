import { Injectable } from '@nestjs/common';
import { PlaneConnections } from '../../config/plane-connections.js';
import { type Operator } from '../../identity/operator.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { WorkspaceSlugs } from '../../installations/workspace-slugs.js';
import { type DeliveryFilterInput, DeliverySearchService } from '../../operations/delivery-search.service.js';
import { type DeliveryPage } from '../../webhooks/deliveries/delivery-filter.js';
import { OUTCOME_STATES } from '../../webhooks/deliveries/outcome.js';
import { classesOf } from '../../webhooks/discovery/handler-choice.js';
import { HandlerRegistry } from '../../webhooks/discovery/handler.registry.js';
import { choiceIn, givenOf, type RawQuery, textIn, timeIn } from '../parts/query.js';
import { type DeliveryList } from './deliveries.view.js';

const PAGE_SIZE = 25;
/** The parameters of the list, as its form and links name them. */
const PARAMETERS = ['text', 'event', 'workspace', 'connection', 'state', 'handler', 'since', 'until', 'before'];

/** Reads a page of the list of deliveries. */
@Injectable()
export class DeliveryListService {
  constructor(
    private readonly connections: PlaneConnections,
    private readonly searches: DeliverySearchService,
    private readonly installations: InstallationsService,
    private readonly registry: HandlerRegistry,
  ) {}

  /** The page that the query asks for. @throws {DomainError} `role_missing`, see {@link DeliverySearchService.search} */
  async read(operator: Operator, query: RawQuery): Promise<DeliveryList> {
    const { value: state, unknown } = choiceIn(query, 'state', ['waiting', ...OUTCOME_STATES]);
    const input: DeliveryFilterInput = {
      text: textIn(query, 'text'),
      event: textIn(query, 'event'),
      workspace: textIn(query, 'workspace'),
      connection: textIn(query, 'connection'),
      state,
      handler: textIn(query, 'handler'),
      since: timeIn(query, 'since'),
      until: timeIn(query, 'until'),
    };
    const page = { limit: PAGE_SIZE, before: textIn(query, 'before') };
    const [found, installations] = await Promise.all([
      this.searches.search(operator, input, page),
      this.installations.all(),
    ]);
    // Without the unknown state the filter would match too much.
    const shown: DeliveryPage = unknown.length > 0 ? { deliveries: [] } : found;
    const handlers = this.registry.all().flatMap(({ kind, id }) => (kind === 'plane' ? [id] : []));
    return {
      ...shown,
      given: givenOf(query, PARAMETERS),
      unknown: [...unknown, ...found.unknown],
      workspaces: new WorkspaceSlugs(installations),
      connectionIds: this.connections.ids,
      handlers: [...handlers, ...classesOf(handlers)].toSorted(),
      now: new Date(),
    };
  }
}
