import { type DeliveryFilter } from '../../webhooks/deliveries/delivery-filter.js';
import { OUTCOME_STATES } from '../../webhooks/deliveries/outcome.js';
import { givenOf, type RawQuery, textIn, timeIn } from '../parts/query.js';

/** What a list of deliveries can be asked for, as its form and its links name it. */
const DELIVERY_PARAMETERS = ['text', 'event', 'workspace', 'state', 'handler', 'since', 'until', 'before'];

/** What a list of deliveries was asked for. */
export interface DeliveryQuery {
  readonly filter: DeliveryFilter;
  readonly before: string | undefined;
  /** As it was asked, for the form and for links. */
  readonly given: URLSearchParams;
}

/** Reads a list's address; what makes no sense is left out. @param workspaceId of the workspace that it names */
export function deliveryQuery(query: RawQuery, workspaceId: string | undefined): DeliveryQuery {
  const state = stateIn(textIn(query, 'state'));
  const filter: DeliveryFilter = {
    ...given('text', textIn(query, 'text')),
    ...given('event', textIn(query, 'event')),
    ...given('workspaceId', workspaceId),
    ...given('state', state),
    ...given('handler', textIn(query, 'handler')),
    ...given('since', timeIn(query, 'since')),
    ...given('until', timeIn(query, 'until')),
  };
  return { filter, before: textIn(query, 'before'), given: givenOf(query, DELIVERY_PARAMETERS) };
}

function given<K extends string, V>(name: K, value: V | undefined): { [key in K]?: V } {
  return (value === undefined ? {} : { [name]: value }) as { [key in K]?: V };
}

function stateIn(text: string | undefined): DeliveryFilter['state'] {
  return (['waiting', ...OUTCOME_STATES] as const).find((state) => state === text);
}
