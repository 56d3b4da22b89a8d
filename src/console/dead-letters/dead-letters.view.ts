import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type UnknownName } from '../../operations/delivery-search.service.js';
import { type DeadLetter } from '../../queue/dead-letters.service.js';
import { classesOf, isChosen } from '../../webhooks/discovery/handler-choice.js';
import { hiddenFields, ifAllowed, hasRole, operationForm, selectView } from '../parts/form.view.js';
import { framesView } from '../parts/frames.view.js';
import { countText } from '../parts/format.js';
import { linkOf, unknownNamesView } from '../parts/pages.view.js';
import { type Cell, tableView } from '../parts/table.view.js';
import { timeView } from '../parts/time.view.js';

const PATH = '/console/dead-letters';

/** The newest dead letters, with their counts. */
export interface DeadLetterList {
  readonly letters: readonly DeadLetter[];
  readonly handler: string | undefined;
  /** Counts by handler. */
  readonly counts: ReadonlyMap<string, number>;
  readonly unknown: readonly UnknownName[];
}

/** The dead letters, with checkboxes to redrive them. */
export function deadLettersView(list: DeadLetterList, operator: Operator): Html {
  const total = totalOf(list);
  return html`
    ${unknownNamesView(PATH, new URLSearchParams({ handler: list.handler ?? '' }), list.unknown)}
    <p class="intro">Events whose handler failed on every attempt. Fix the cause, then redrive them: they run again with a full set of attempts.</p>
    ${list.counts.size > 0 && filterView(list)}
    <section class="panel" aria-label="Dead letters">
      ${total > list.letters.length && html`<p class="hint">The newest ${list.letters.length} of ${countText(total, 'dead letter')}.</p>`}
      ${list.letters.length === 0 ? html`<p class="empty">No results.</p>` : lettersView(list, total, operator)}
    </section>`;
}

/** The count of the selected handler or class of handlers, or of all. */
function totalOf({ counts, handler }: Pick<DeadLetterList, 'counts' | 'handler'>): number {
  const chosen = [...counts].filter(([id]) => handler === undefined || isChosen(id, handler));
  return chosen.reduce((sum, [, count]) => sum + count, 0);
}

function filterView({ counts, handler }: DeadLetterList): Html {
  const choices = [...counts.keys(), ...classesOf([...counts.keys()])].toSorted();
  const options = choices.map((id) => [id, `${id} (${totalOf({ counts, handler: id })})`] as const);
  return html`<form method="get" action="${PATH}" class="filter" aria-label="Which handler">
    ${selectView('handler', 'Handler', [['', 'any'], ...options], handler)}
    <p class="actions"><button>Show</button></p>
  </form>`;
}

/** The form leads to the confirmation, by GET. */
function lettersView(list: DeadLetterList, total: number, operator: Operator): Html {
  const { letters, handler } = list;
  const mayOperate = hasRole(operator, 'operator');
  const table = tableView({
    caption: 'Dead letters, newest first',
    heads: [...(mayOperate ? ['~Select'] : []), 'Delivery', 'Why it failed', 'Handler', 'Failed'],
    rows: letters.map((letter) => ({
      cells: [...(mayOperate ? [boxView(letter)] : []), ...cellsOf(letter)],
    })),
  });
  return html`${ifAllowed(
    operator,
    'operator',
    'Redriving',
    () => html`<form method="get" action="${PATH}/redrive">
    ${handler !== undefined && html`<input type="hidden" name="handler" value="${handler}">`}
    ${table}
    <div class="actions bar">
      <label class="tick" hidden><input type="checkbox" data-tick-all> Select all shown</label>
      <button class="primary">Redrive selected…</button>
      <button name="all" value="yes">Redrive all ${total}${handler !== undefined && html` of ${handler}`}…</button>
    </div>
  </form>`,
  )}${!mayOperate && table}`;
}

function boxView({ id, handler, data }: DeadLetter): Html {
  const what = `Select delivery ${textOf(data['deliveryId'])} of ${handler}`;
  return html`<input type="checkbox" name="id" value="${id}" aria-label="${what}">`;
}

function cellsOf({ data, error, frames, handler, failedAt }: DeadLetter): Cell[] {
  const delivery = textOf(data['deliveryId']);
  return [
    {
      head:
        delivery === ''
          ? html`<span class="hint">a lifecycle event of the app</span>`
          : html`<a href="/console/deliveries/${delivery}"><code>${delivery}</code></a>`,
    },
    html`<span class="error">${error ?? 'no error stored'}</span>${framesView(frames.slice(0, 1))}`,
    html`<a href="${linkOf(PATH, { handler })}">${handler}</a>`,
    timeView(failedAt),
  ];
}

/** The dead letters to redrive. */
export interface RedriveChoice {
  readonly handler: string | undefined;
  readonly all: boolean;
  readonly letters: readonly DeadLetter[];
}

/** Asks for confirmation before a redrive. */
export function redriveView({ handler, all, letters }: RedriveChoice, operator: Operator): Html {
  const back = linkOf(PATH, handler === undefined ? {} : { handler });
  const byHandler = [...Map.groupBy(letters, (letter) => letter.handler)];
  if (letters.length === 0)
    return html`<section class="panel lead"><p>No dead letter is selected, or the selected ones were redriven meanwhile.</p><p class="actions"><a class="button" href="${back}">Back to the dead letters</a></p></section>`;
  const ids = all ? [] : letters.map(({ id }) => hiddenFields({ id }));
  return html`<section class="panel lead">
    <p><strong>${countText(letters.length, 'event')}</strong> will be queued again for ${byHandler.length === 1 ? 'this handler' : 'these handlers'}:</p>
    <ul>${byHandler.map(([id, own]) => html`<li>${id}: ${countText(own.length, 'event')}</li>`)}</ul>
    <p class="hint">Effects of failed attempts may be repeated. An event that fails on all attempts again comes back to this list.</p>
    <div class="actions">
      ${operationForm(operator, { action: `${PATH}/redrive`, back, button: `Redrive ${countText(letters.length, 'event')}`, look: 'primary', values: { handler, all: all ? 'yes' : undefined }, fields: ids })}
      <a class="button" href="${back}">Cancel</a>
    </div>
  </section>`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
