import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type HandlerStats } from '../../webhooks/pauses/handler-stats.service.js';
import { ifAllowed } from '../parts/allowed.view.js';
import { actForm, inputView } from '../parts/form.view.js';
import { linkOf } from '../parts/pages.view.js';
import { timeView } from '../parts/time.view.js';
import { handlerPath, handlerStateView, resumeForm } from './handlers.view.js';

/** One handler: how it stands, and how it is paused and resumed. */
export function handlerView(level: HandlerStats, operator: Operator): Html {
  return html`
    <p class="crumb"><a href="/console/handlers">Handlers</a></p>
    <section class="panel lead" aria-labelledby="state"><h2 id="state">How it stands</h2>
      <p>${handlerStateView(level)} ${sentenceOf(level)}</p>
      <dl class="figures">${figuresOf(level).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      <p class="more">${linksOf(level)}</p>
    </section>
    ${(level.pattern !== undefined || level.pause) && steeringView(level, operator)}`;
}

function sentenceOf({ pattern, pause }: HandlerStats): Html {
  if (pause) {
    const by = html`Paused by ${pause.pausedBy}, ${timeView(pause.pausedAt)}.`;
    return pause.reason ? html`${by} The reason: ${pause.reason}` : by;
  }
  if (pattern === undefined)
    return html`This release has no such handler: it was renamed or removed. What it holds is kept for <code>DELIVERY_RETENTION_DAYS</code>; a release that has it again goes on with it.`;
  return html`It takes events <code>${pattern}</code>.`;
}

function figuresOf(level: HandlerStats): [string, number][] {
  return [
    ['Waiting', level.waiting],
    ['In line behind another', level.blocked],
    ['Tried again later', level.delayed],
    ['Running', level.active],
    ['Set aside', level.parked],
    ['Dead letters', level.deadLetters],
  ];
}

function linksOf({ handler, deadLetters }: HandlerStats): Html {
  return html`<a href="${linkOf('/console/deliveries', { handler })}">Its deliveries</a>
    <a href="${linkOf('/console/deliveries', { handler, state: 'failed' })}">Those that failed and are tried again</a>
    ${deadLetters > 0 && html`<a href="${linkOf('/console/dead-letters', { handler })}">Its dead letters</a>`}`;
}

function steeringView({ handler, pause }: HandlerStats, operator: Operator): Html {
  const path = handlerPath(handler);
  return html`<section class="panel" aria-labelledby="pause"><h2 id="pause">${pause ? 'Resume' : 'Pause'}</h2>
    ${ifAllowed(operator, 'operator', 'Pausing and resuming', () =>
      pause
        ? html`<p>Its events wait, in order, and nothing is lost. It goes on within 5 s.</p>${resumeForm(handler, operator, path)}`
        : html`<p>It takes nothing new, in all processes within 5 s; what it is at goes on. Webhooks are stored meanwhile, and its events wait.</p>
          ${actForm(operator, { action: `${path}/pause`, back: path, button: 'Pause', label: `Pause ${handler}`, look: 'danger', fields: inputView('reason', 'Reason, for the others', undefined, { hint: 'such as: Plane is being upgraded' }) })}`,
    )}
  </section>`;
}
