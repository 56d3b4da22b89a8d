import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type HandlerStats } from '../../webhooks/pauses/handler-stats.service.js';
import { mayAct } from '../parts/allowed.view.js';
import { millisecondsText } from '../parts/duration.js';
import { actForm } from '../parts/form.view.js';
import { linkOf } from '../parts/pages.view.js';
import { statusView } from '../parts/status.view.js';
import { type Cell, tableView } from '../parts/table.view.js';
import { type HandlerRate } from '../../activity/activity-figures.js';

const PATH = '/console/handlers';
const HEADS = [
  'Handler',
  'State',
  'Waiting',
  'Later',
  'Running',
  'Set aside',
  'Dead letters',
  'Handled/min',
  'Failed/min',
  'Mean run',
];

/** What each handler has before it and how fast it is; pausing is on the handler's own page. */
export function handlersView(
  levels: readonly HandlerStats[],
  rates: ReadonlyMap<string, HandlerRate>,
  operator: Operator,
): Html {
  const acts = mayAct(operator, 'operator');
  return html`<section class="panel" aria-label="Handlers">${tableView({
    caption: 'Handlers, with what each has before it and how fast it is',
    heads: [...HEADS, ...(acts ? ['~Act'] : [])],
    rows: levels.map((level) => ({
      cells: [...cellsOf(level, rates.get(level.handler)), ...(acts ? [actView(level, operator)] : [])],
    })),
    empty: 'This release has no handler. Add one to src/handlers.',
  })}
  <p class="hint">Rates are of the last five minutes.${!acts && ' Pausing and resuming need the role operator.'}</p>
  </section>`;
}

/** How a handler stands. */
export function handlerStateView({ pattern, pause }: HandlerStats): Html {
  if (pause) return statusView('warn', 'paused');
  return pattern === undefined ? statusView('bad', 'orphaned') : statusView('good', 'running');
}

function cellsOf(level: HandlerStats, rate: HandlerRate | undefined): Cell[] {
  const { handler, pattern, waiting, blocked, delayed, active, parked, deadLetters } = level;
  return [
    {
      head: html`<a href="${handlerPath(handler)}">${handler}</a> <code class="id">${pattern ?? 'not in this release'}</code>`,
    },
    handlerStateView(level),
    waiting + blocked,
    delayed,
    active,
    parked,
    deadLetters === 0
      ? 0
      : html`<a href="${linkOf('/console/dead-letters', { handler })}">${deadLetters}</a>`,
    rateText(rate?.handledPerMinute),
    rateText(rate?.failedPerMinute),
    typeof rate?.meanMs === 'number' ? millisecondsText(rate.meanMs) : '–',
  ];
}

function actView({ handler, pause, pattern }: HandlerStats, operator: Operator): Html | undefined {
  if (pause) return resumeForm(handler, operator, PATH);
  if (pattern === undefined) return undefined;
  return html`<a class="button" href="${handlerPath(handler)}#pause" aria-label="Pause ${handler}">Pause…</a>`;
}

/** The button that has a handler go on. */
export function resumeForm(handler: string, operator: Operator, back: string): Html {
  const action = `${handlerPath(handler)}/resume`;
  return actForm(operator, {
    action,
    back,
    button: 'Resume',
    label: `Resume ${handler}`,
    look: 'primary',
    values: { to: back },
  });
}

/** Its page. */
export function handlerPath(handler: string): string {
  return `${PATH}/${encodeURIComponent(handler)}`;
}

function rateText(rate: number | undefined): string {
  return rate === undefined ? '0' : rate.toLocaleString('en', { maximumFractionDigits: 1 });
}
