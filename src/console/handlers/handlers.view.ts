import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type HandlerWithRate, RATE_MINUTES } from '../../operations/handler.operations.js';
import { type HandlerStats } from '../../webhooks/pauses/handler-stats.service.js';
import { operationForm, hasRole } from '../parts/form.view.js';
import { millisecondsText } from '../parts/format.js';
import { linkOf } from '../parts/pages.view.js';
import { statusView } from '../parts/status.view.js';
import { type Cell, tableView } from '../parts/table.view.js';

const PATH = '/console/handlers';
const HEADS = [
  'Handler',
  'State',
  'Waiting',
  'Delayed',
  'Running',
  'Parked',
  'Dead letters',
  'Handled/min',
  'Failed/min',
  'Mean run',
];

/** The handlers with their counts and rates; each is paused on its own page. */
export function handlersView(handlers: readonly HandlerWithRate[], operator: Operator): Html {
  const mayOperate = hasRole(operator, 'operator');
  return html`<section class="panel" aria-label="Handlers">${tableView({
    caption: 'Handlers, with job counts and rates',
    heads: [...HEADS, ...(mayOperate ? ['~Operations'] : [])],
    rows: handlers.map((each) => ({
      cells: [...cellsOf(each), ...(mayOperate ? [actionView(each.stats, operator)] : [])],
    })),
    empty: 'This release has no handlers. Add one to src/handlers.',
  })}
  <p class="hint">Rates are averages over the last ${RATE_MINUTES} minutes.${!mayOperate && ' Pausing and resuming need the role operator.'}</p>
  </section>`;
}

/** The state of a handler. */
export function handlerStateView({ pattern, pause }: HandlerStats): Html {
  if (pause) return statusView('warn', 'paused');
  return pattern === undefined ? statusView('bad', 'orphaned') : statusView('good', 'running');
}

function cellsOf({ stats, rate }: HandlerWithRate): Cell[] {
  const { handler, pattern, waiting, blocked, delayed, active, parked, deadLetters } = stats;
  return [
    {
      head: html`<a href="${handlerPath(handler)}">${handler}</a> <code class="id">${pattern ?? 'not in this release'}</code>`,
    },
    handlerStateView(stats),
    waiting + blocked,
    delayed,
    active,
    parked,
    deadLetters === 0 ? 0 : html`<a href="${linkOf('/console/dead-letters', { handler })}">${deadLetters}</a>`,
    rateText(rate?.handledPerMinute),
    rateText(rate?.failedPerMinute),
    typeof rate?.meanMs === 'number' ? millisecondsText(rate.meanMs) : '–',
  ];
}

function actionView({ handler, pause, pattern }: HandlerStats, operator: Operator): Html | undefined {
  if (pause) return resumeForm(handler, operator, PATH);
  if (pattern === undefined) return undefined;
  return html`<a class="button" href="${handlerPath(handler)}#pause" aria-label="Pause ${handler}">Pause…</a>`;
}

/** The button that resumes a handler. */
export function resumeForm(handler: string, operator: Operator, back: string): Html {
  const action = `${handlerPath(handler)}/resume`;
  return operationForm(operator, {
    action,
    back,
    button: 'Resume',
    label: `Resume ${handler}`,
    look: 'primary',
    values: { to: back },
  });
}

/** The page of a handler. */
export function handlerPath(handler: string): string {
  return `${PATH}/${encodeURIComponent(handler)}`;
}

function rateText(rate: number | undefined): string {
  return rate === undefined ? '0' : rate.toLocaleString('en', { maximumFractionDigits: 1 });
}
