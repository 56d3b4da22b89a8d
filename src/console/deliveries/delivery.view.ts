import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type ListedDelivery } from '../../webhooks/deliveries/delivery-filter.js';
import { operationForm, ifAllowed } from '../parts/form.view.js';
import { livePageView } from '../parts/live.view.js';
import { linkOf } from '../parts/pages.view.js';
import { timeView } from '../parts/time.view.js';
import { type DeliveryOutcomes, outcomesView } from './outcomes.view.js';

/** A delivery without its payload, with its outcomes. */
export interface DeliveryDetails extends DeliveryOutcomes {
  readonly delivery: ListedDelivery;
  /** Its connection, where several are configured. */
  readonly connection?: string | undefined;
  /** The slug, where the app is or was installed. */
  readonly workspace: string | undefined;
}

/** One delivery: its outcomes, its replay, and the link to its payload. */
export function deliveryView(details: DeliveryDetails, operator: Operator): Html {
  const path = `/console/deliveries/${details.delivery.id}`;
  return html`
    <p class="crumb"><a href="/console/deliveries">Deliveries</a></p>
    <section class="panel lead" aria-labelledby="outcomes-title"><h2 id="outcomes-title">Outcomes</h2>
      ${livePageView(path)}
      ${outcomesView(details)}
      ${ifAllowed(operator, 'operator', 'Replaying', () => replayView(details, operator, path))}
    </section>
    ${factsView(details)}
    <section class="panel" aria-labelledby="payload"><h2 id="payload">Payload</h2>
      <p>The event, the body and the headers contain what people wrote in Plane. Reading them is audited.</p>
      ${ifAllowed(operator, 'operator', 'Reading a payload', () => html`<p class="actions"><a class="button" href="${path}/payload">Read the payload</a></p>`)}
    </section>`;
}

function replayView({ handlers, outcomes }: DeliveryDetails, operator: Operator, path: string): Html {
  const all = [...new Set([...handlers, ...outcomes.map(({ handler }) => handler)])].filter((each) =>
    handlers.includes(each),
  );
  if (all.length === 0) return html`<p class="hint">No handler matches this event.</p>`;
  const action = `${path}/replay`;
  const [only = ''] = all;
  if (all.length === 1)
    return html`<div class="actions">${operationForm(operator, { action, back: path, button: 'Replay', look: 'primary', label: `Replay to ${only}` })}
      <p class="hint">Runs ${only} again. The event keeps its id, by which handlers detect repeats.</p></div>`;
  const failed = failedHandlers({ handlers, outcomes });
  const others = all.filter((handler) => failed.length !== 1 || handler !== failed[0]);
  return html`<div class="actions">
    ${failed.length > 0 && failedForm(failed, operator, path)}
    ${others.map((handler) => operationForm(operator, { action, back: path, button: `Replay to ${handler}`, values: { handler } }))}
    ${operationForm(operator, { action, back: path, button: `Replay to all ${all.length} handlers` })}
  </div>`;
}

/** The handlers that match the event and whose last run on it failed. */
export function failedHandlers({ handlers, outcomes }: DeliveryOutcomes): string[] {
  const failed = outcomes.filter(({ state }) => state === 'failed' || state === 'dead_lettered');
  return failed.map(({ handler }) => handler).filter((handler) => handlers.includes(handler));
}

function failedForm(failed: readonly string[], operator: Operator, path: string): Html {
  const [only] = failed;
  const form = { action: `${path}/replay`, back: path, look: 'primary' } as const;
  if (failed.length === 1)
    return operationForm(operator, { ...form, button: `Replay to ${only}, which failed`, values: { handler: only } });
  const button = `Replay to the ${failed.length} handlers that failed`;
  return operationForm(operator, { ...form, button, values: { failed: 'yes' } });
}

function factsView({ delivery, connection, workspace }: DeliveryDetails): Html {
  const ofConnection = connection === undefined ? undefined : { connection };
  const { id, eventName, source, workspaceId, entityId, workItemId, receivedAt } = delivery;
  const facts: [string, Html | string | undefined][] = [
    ['Event', html`<a href="${linkOf('/console/deliveries', { event: eventName })}">${eventName}</a>`],
    ['Received', timeView(receivedAt)],
    ['Connection', ofConnection && html`<a href="${linkOf('/console/deliveries', ofConnection)}">${connection}</a>`],
    [
      'Workspace',
      workspace === undefined
        ? workspaceId
        : html`<a href="${linkOf('/console/deliveries', { workspace, ...ofConnection })}">${workspace}</a>`,
    ],
    ['Format', source],
    ['Entity', entityId ?? undefined],
    ['Work item', workItemId ?? undefined],
    ['Id', html`<code>${id}</code>`],
  ];
  return html`<section class="panel" aria-labelledby="facts"><h2 id="facts">The delivery</h2>
    <dl class="facts">${facts.map(([name, value]) => value !== undefined && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}
