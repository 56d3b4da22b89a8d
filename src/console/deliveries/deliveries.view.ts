import { html, type Html } from '../../common/html.js';
import { type UnknownName } from '../../operations/delivery-search.service.js';
import { type DeliveryPage } from '../../webhooks/deliveries/delivery-filter.js';
import { OUTCOME_STATES } from '../../webhooks/deliveries/outcome.js';
import { inputView, selectView } from '../parts/form.view.js';
import { liveListView } from '../parts/live.view.js';
import { pagesView, unknownNamesView } from '../parts/pages.view.js';
import { OUTCOME_LABELS } from '../parts/status.view.js';
import { tableView } from '../parts/table.view.js';
import { deliveryHeads, deliveryRow, type DeliveryRowNames } from './delivery-row.view.js';

const PATH = '/console/deliveries';

/** A page of the list of deliveries, with the choices of its filter. */
export interface DeliveryList extends DeliveryPage, DeliveryRowNames {
  /** The parameters of the list, for the form and for links. */
  readonly given: URLSearchParams;
  readonly unknown: readonly UnknownName[];
  readonly handlers: readonly string[];
}

/** The filtered deliveries, newest first; the first page is updated while it is open. */
export function deliveriesView(list: DeliveryList): Html {
  const { given, unknown, deliveries, next } = list;
  return html`
    ${unknownNamesView(PATH, given, unknown)}
    ${filterView(list)}
    ${!given.has('before') && liveListView(PATH, given, 'deliveries')}
    <section class="panel" aria-label="Deliveries">
      ${tableView({
        caption: 'Deliveries, newest first',
        heads: deliveryHeads(list),
        rows: deliveries.map((each) => deliveryRow(each, list)),
        empty:
          given.size === 0
            ? 'No webhook was received yet. Install the app in a workspace and change something there.'
            : 'No results. Remove a filter or choose a longer period.',
        bodyId: 'deliveries',
      })}
    </section>
    ${pagesView(PATH, given, next)}`;
}

function filterView({ given, workspaces, connectionIds, handlers }: DeliveryList): Html {
  const value = (name: string): string | undefined => given.get(name) ?? undefined;
  const states = (['waiting', ...OUTCOME_STATES] as const).map((state) => [state, OUTCOME_LABELS[state].word] as const);
  return html`<form method="get" action="${PATH}" class="filter" role="search" aria-label="Deliveries">
    ${inputView('text', 'Search', value('text'), { type: 'search', hint: 'words or an id' })}
    ${selectView('state', 'State', [['', 'any'], ...states], value('state'))}
    ${selectView('handler', 'Handler', optionsOf(handlers), value('handler'))}
    ${connectionIds.length > 1 && selectView('connection', 'Connection', optionsOf(connectionIds), value('connection'))}
    ${selectView('workspace', 'Workspace', optionsOf(workspaces.all()), value('workspace'))}
    ${inputView('event', 'Event', value('event'), { hint: 'workitem.created' })}
    ${inputView('since', 'From (UTC)', value('since'), { type: 'datetime-local' })}
    ${inputView('until', 'Until (UTC)', value('until'), { type: 'datetime-local' })}
    <p class="actions"><button class="primary">Show</button> ${given.size > 0 && html`<a href="${PATH}">Show all</a>`}</p>
  </form>`;
}

function optionsOf(values: Iterable<string>): (readonly [string, string])[] {
  return [['', 'any'], ...[...values].map((value) => [value, value] as const)];
}
