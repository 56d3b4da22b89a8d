import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type HandlerStats } from '../../webhooks/pauses/handler-stats.service.js';
import { operationForm, ifAllowed, inputView } from '../parts/form.view.js';
import { linkOf } from '../parts/pages.view.js';
import { timeView } from '../parts/time.view.js';
import { handlerPath, handlerStateView, resumeForm } from './handlers.view.js';

/** One handler: its state and counts, and the form to pause or resume it. */
export function handlerView(stats: HandlerStats, operator: Operator): Html {
  return html`
    <p class="crumb"><a href="/console/handlers">Handlers</a></p>
    <section class="panel lead" aria-labelledby="state"><h2 id="state">State</h2>
      <p>${handlerStateView(stats)} ${sentenceOf(stats)}</p>
      <dl class="figures">${figuresOf(stats).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      <p class="more">${linksOf(stats)}</p>
    </section>
    ${(stats.pattern !== undefined || stats.pause) && pauseView(stats, operator)}`;
}

function sentenceOf({ pattern, pause }: HandlerStats): Html {
  if (pause) {
    const by = html`Paused by ${pause.pausedBy}, ${timeView(pause.pausedAt)}.`;
    return pause.reason ? html`${by} Reason: ${pause.reason}` : by;
  }
  if (pattern === undefined)
    return html`This release has no such handler: it was renamed or removed. Its jobs are kept for <code>DELIVERY_RETENTION_DAYS</code> and run in a release that has the handler again.`;
  return html`It handles events <code>${pattern}</code>.`;
}

function figuresOf(stats: HandlerStats): [string, number][] {
  return [
    ['Waiting', stats.waiting],
    ['Blocked', stats.blocked],
    ['Delayed', stats.delayed],
    ['Running', stats.active],
    ['Parked', stats.parked],
    ['Dead letters', stats.deadLetters],
  ];
}

function linksOf({ handler, deadLetters }: HandlerStats): Html {
  return html`<a href="${linkOf('/console/deliveries', { handler })}">Deliveries</a>
    <a href="${linkOf('/console/deliveries', { handler, state: 'failed' })}">Deliveries that will be retried</a>
    ${deadLetters > 0 && html`<a href="${linkOf('/console/dead-letters', { handler })}">Dead letters</a>`}`;
}

function pauseView({ handler, pause }: HandlerStats, operator: Operator): Html {
  const path = handlerPath(handler);
  return html`<section class="panel" aria-labelledby="pause"><h2 id="pause">${pause ? 'Resume' : 'Pause'}</h2>
    ${ifAllowed(operator, 'operator', 'Pausing and resuming', () =>
      pause
        ? html`<p>Its events wait, in order, and none is lost. Resuming takes effect within 5 s.</p>${resumeForm(handler, operator, path)}`
        : html`<p>Pausing takes effect in all processes within 5 s; current runs finish. Webhooks are still stored, and the events of this handler wait.</p>
          ${operationForm(operator, { action: `${path}/pause`, back: path, button: 'Pause', label: `Pause ${handler}`, look: 'danger', fields: inputView('reason', 'Reason', undefined, { hint: 'Plane is being upgraded' }) })}`,
    )}
  </section>`;
}
