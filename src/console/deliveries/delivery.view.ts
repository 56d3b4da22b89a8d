import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { ifAllowed } from '../parts/allowed.view.js';
import { actForm } from '../parts/form.view.js';
import { linkOf } from '../parts/pages.view.js';
import { timeView } from '../parts/time.view.js';
import { type DeliveryView } from './delivery.service.js';
import { outcomesView } from './outcomes.view.js';

/** One delivery: what became of it, how to run it again, and where its payload is. */
export function deliveryView(view: DeliveryView, operator: Operator): Html {
  const path = `/console/deliveries/${view.delivery.id}`;
  return html`
    <p class="crumb"><a href="/console/deliveries">Deliveries</a></p>
    <section class="panel lead" aria-labelledby="happened"><h2 id="happened">What happened</h2>
      <div class="live" data-live="${path}/live">
        <p class="live-state" role="status" aria-live="polite" data-live-state></p>
        <a href="${path}">Refresh</a>
      </div>
      ${outcomesView(view)}
      ${ifAllowed(operator, 'operator', 'Replaying', () => replayView(view, operator, path))}
    </section>
    ${factsView(view)}
    <section class="panel" aria-labelledby="payload"><h2 id="payload">Payload</h2>
      <p>The event, the body and the headers hold what people wrote in Plane. They are shown on a page of their own, and that you read them is audited.</p>
      ${ifAllowed(operator, 'operator', 'Reading a payload', () => html`<p class="actions"><a class="button" href="${path}/payload">Read the payload</a></p>`)}
    </section>`;
}

function replayView({ handlers, outcomes }: DeliveryView, operator: Operator, path: string): Html {
  const all = [...new Set([...handlers, ...outcomes.map(({ handler }) => handler)])].filter((each) =>
    handlers.includes(each),
  );
  if (all.length === 0) return html`<p class="hint">There is no handler to replay it to.</p>`;
  const action = `${path}/replay`;
  const [only] = all;
  if (all.length === 1)
    return html`<div class="actions">${actForm(operator, { action, back: path, button: 'Replay', look: 'primary', label: `Replay to ${only}` })}
      <p class="hint">Runs ${only} on it once more. Handlers are made to stand it: an event has the same id each time.</p></div>`;
  return html`<div class="actions">
    ${actForm(operator, { action, back: path, button: `Replay to all ${all.length} handlers`, look: 'primary' })}
    ${all.map((handler) => actForm(operator, { action, back: path, button: `Replay to ${handler}`, values: { handler } }))}
  </div>`;
}

function factsView({ delivery, workspace }: DeliveryView): Html {
  const { id, eventName, source, workspaceId, entityId, workItemId, receivedAt } = delivery;
  const facts: [string, Html | string | undefined][] = [
    ['Event', html`<a href="${linkOf('/console/deliveries', { event: eventName })}">${eventName}</a>`],
    ['Received', timeView(receivedAt)],
    [
      'Workspace',
      workspace === undefined
        ? workspaceId
        : html`<a href="${linkOf('/console/deliveries', { workspace })}">${workspace}</a>`,
    ],
    ['Shape', source],
    ['Entity', entityId ?? undefined],
    ['Work item', workItemId ?? undefined],
    ['Id', html`<code>${id}</code>`],
  ];
  return html`<section class="panel" aria-labelledby="facts"><h2 id="facts">The delivery</h2>
    <dl class="facts">${facts.map(([name, value]) => value !== undefined && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}
