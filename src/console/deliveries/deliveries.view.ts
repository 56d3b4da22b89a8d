import { html, type Html } from '../../common/html.js';
import { type Installation } from '../../installations/installation.js';
import { OUTCOME_STATES } from '../../webhooks/deliveries/outcome.js';
import { inputView, selectView } from '../parts/form.view.js';
import { OUTCOME_LABELS } from '../parts/outcome-words.js';
import { linkOf, pagesView } from '../parts/pages.view.js';
import { tableView } from '../parts/table.view.js';
import { type DeliveryQuery } from './delivery-query.js';
import { DELIVERY_HEADS, deliveryRow } from './delivery-row.view.js';
import { type DeliverySummary } from '../../webhooks/deliveries/delivery-filter.js';

const PATH = '/console/deliveries';

/** A page of a list, with what it can be asked for. */
export interface DeliveryList {
  readonly query: DeliveryQuery;
  readonly deliveries: readonly DeliverySummary[];
  readonly next: string | undefined;
  readonly installations: readonly Installation[];
  readonly handlers: readonly string[];
  readonly workspaces: ReadonlyMap<string, string>;
  readonly now: Date;
}

/** The deliveries that the form asks for, newest first; the first page goes on by itself. */
export function deliveriesView(list: DeliveryList): Html {
  const { query, deliveries, next, workspaces, now } = list;
  return html`
    ${filterView(list)}
    ${query.before === undefined && liveView(query.given)}
    <section class="panel" aria-label="Deliveries">
      ${tableView({
        caption: 'Deliveries, newest first',
        heads: DELIVERY_HEADS,
        rows: deliveries.map((each) => deliveryRow(each, workspaces, now)),
        empty: emptyText(query),
        bodyId: 'deliveries',
      })}
    </section>
    ${pagesView(PATH, query.given, next)}`;
}

function emptyText({ given }: DeliveryQuery): string {
  return given.size === 0
    ? 'No webhook has come yet. Install the app in a workspace, and let something happen there.'
    : 'No delivery fits. Take a filter away, or look at a longer time.';
}

/** Without a script the link is all there is; with one it tells how it goes, and can be paused. */
function liveView(given: URLSearchParams): Html {
  return html`<div class="live" data-live="${linkOf(`${PATH}/live`, given)}" data-live-list="deliveries">
    <p class="live-state" role="status" aria-live="polite" data-live-state></p>
    <button type="button" hidden data-live-pause aria-pressed="false">Pause</button>
    <a href="${linkOf(PATH, given)}">Refresh</a>
  </div>`;
}

function filterView({ query: { given }, installations, handlers }: DeliveryList): Html {
  const value = (name: string): string | undefined => given.get(name) ?? undefined;
  const slugs = [...new Set(installations.map(({ workspaceSlug }) => workspaceSlug))];
  const states = (['waiting', ...OUTCOME_STATES] as const).map(
    (state) => [state, OUTCOME_LABELS[state].word] as const,
  );
  return html`<form method="get" action="${PATH}" class="filter" role="search" aria-label="Deliveries">
    ${inputView('text', 'Search', value('text'), { type: 'search', hint: 'words or an id' })}
    ${selectView('state', 'State', [['', 'any'], ...states], value('state'))}
    ${selectView('handler', 'Handler', optionsOf(handlers), value('handler'))}
    ${selectView('workspace', 'Workspace', optionsOf(slugs), value('workspace'))}
    ${inputView('event', 'Event', value('event'), { hint: 'workitem.created' })}
    ${inputView('since', 'From (UTC)', value('since'), { type: 'datetime-local' })}
    ${inputView('until', 'Until (UTC)', value('until'), { type: 'datetime-local' })}
    <p class="actions"><button class="primary">Show</button> ${given.size > 0 && html`<a href="${PATH}">Show all</a>`}</p>
  </form>`;
}

function optionsOf(values: readonly string[]): (readonly [string, string])[] {
  return [['', 'any'], ...values.map((value) => [value, value] as const)];
}
