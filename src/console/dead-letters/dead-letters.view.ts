import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type DeadLetter } from '../../queue/dead-letters.service.js';
import { ifAllowed, mayAct } from '../parts/allowed.view.js';
import { countText } from '../parts/count-text.js';
import { selectView } from '../parts/form.view.js';
import { linkOf } from '../parts/pages.view.js';
import { type Cell, tableView } from '../parts/table.view.js';
import { timeView } from '../parts/time.view.js';

const PATH = '/console/dead-letters';

/** The newest dead letters, and how many there are. */
export interface DeadLetterList {
  readonly letters: readonly DeadLetter[];
  readonly handler: string | undefined;
  /** How many each handler has. */
  readonly counts: ReadonlyMap<string, number>;
}

/** What failed for the last time, to be chosen from and given back. */
export function deadLettersView(list: DeadLetterList, operator: Operator): Html {
  const total = totalOf(list);
  return html`
    <p class="intro">Events that a handler failed on for the last time. Once its cause is mended, redrive them: they run again with all attempts before them.</p>
    ${list.counts.size > 0 && filterView(list)}
    <section class="panel" aria-label="Dead letters">
      ${total > list.letters.length && html`<p class="hint">The newest ${list.letters.length} of ${countText(total, 'dead letter')}.</p>`}
      ${list.letters.length === 0 ? html`<p class="empty">There are none.</p>` : lettersView(list, total, operator)}
    </section>`;
}

/** How many there are of the handler that was asked for, or of all. */
function totalOf({ counts, handler }: DeadLetterList): number {
  if (handler !== undefined) return counts.get(handler) ?? 0;
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function filterView({ counts, handler }: DeadLetterList): Html {
  const options = [...counts].map(([id, count]) => [id, `${id} (${count})`] as const);
  return html`<form method="get" action="${PATH}" class="filter" aria-label="Which handler">
    ${selectView('handler', 'Handler', [['', 'any'], ...options], handler)}
    <p class="actions"><button>Show</button></p>
  </form>`;
}

/** The confirmation comes by GET: nothing is done yet. */
function lettersView(list: DeadLetterList, total: number, operator: Operator): Html {
  const { letters, handler } = list;
  const acts = mayAct(operator, 'operator');
  const table = tableView({
    caption: 'Dead letters, newest first',
    heads: [...(acts ? ['~Choose'] : []), 'Delivery', 'Why it failed', 'Handler', 'Failed'],
    rows: letters.map((letter) => ({ cells: [...(acts ? [boxView(letter)] : []), ...cellsOf(letter)] })),
  });
  return html`${ifAllowed(
    operator,
    'operator',
    'Redriving',
    () => html`<form method="get" action="${PATH}/redrive">
    ${handler !== undefined && html`<input type="hidden" name="handler" value="${handler}">`}
    ${table}
    <div class="actions bar">
      <label class="tick" hidden><input type="checkbox" data-tick-all> All that are shown</label>
      <button class="primary">Redrive the chosen ones…</button>
      <button name="all" value="yes">Redrive all ${total}${handler !== undefined && html` of ${handler}`}…</button>
    </div>
  </form>`,
  )}${!acts && table}`;
}

function boxView({ id, handler, data }: DeadLetter): Html {
  const what = `Choose delivery ${textOf(data['deliveryId'])} of ${handler}`;
  return html`<input type="checkbox" name="id" value="${id}" aria-label="${what}">`;
}

function cellsOf({ data, error, handler, failedAt }: DeadLetter): Cell[] {
  const delivery = textOf(data['deliveryId']);
  return [
    {
      head:
        delivery === ''
          ? html`<span class="hint">an event of the app itself</span>`
          : html`<a href="/console/deliveries/${delivery}"><code>${delivery}</code></a>`,
    },
    html`<span class="error">${error ?? 'no error was kept'}</span>`,
    html`<a href="${linkOf(PATH, { handler })}">${handler}</a>`,
    timeView(failedAt),
  ];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
