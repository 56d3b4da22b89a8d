import { html, type Html } from '../../common/html.js';
import { OUTCOME_LABELS, statusView } from '../parts/status.view.js';
import { type Row, rowView } from '../parts/table.view.js';
import { timeView } from '../parts/time.view.js';
import { type DeliverySummary } from '../../webhooks/deliveries/delivery-filter.js';

/** The columns of every list of deliveries. */
export const DELIVERY_HEADS = ['Event', 'Outcome', 'Workspace', 'Received'];

const MAX_ERROR_LENGTH = 280;

/** A delivery in a list. */
export function deliveryRow(delivery: DeliverySummary, workspaces: ReadonlyMap<string, string>, now: Date): Row {
  const { id, eventName, workspaceId, receivedAt, outcomes } = delivery;
  return {
    id: `delivery-${id}`,
    cells: [
      { head: html`<a href="/console/deliveries/${id}">${eventName}</a> <code class="id">${id}</code>` },
      outcomes.length === 0 ? statusView('idle', 'no run yet') : outcomes.map(outcomeView),
      workspaces.get(workspaceId) ?? html`<code>${workspaceId}</code>`,
      timeView(receivedAt, now),
    ],
  };
}

/** The same row as HTML, for a script that inserts it. */
export function deliveryRowView(delivery: DeliverySummary, workspaces: ReadonlyMap<string, string>, now: Date): Html {
  return rowView(DELIVERY_HEADS, deliveryRow(delivery, workspaces, now));
}

function outcomeView({ handler, state, lastError }: DeliverySummary['outcomes'][number]): Html {
  const { tone, word } = OUTCOME_LABELS[state];
  const showsError = lastError !== null && (state === 'failed' || state === 'dead_lettered');
  return html`<div class="outcome">${statusView(tone, word)} <span class="at">${handler}</span>${
    showsError && html`<span class="error">${cut(lastError)}</span>`
  }</div>`;
}

function cut(text: string): string {
  return text.length <= MAX_ERROR_LENGTH ? text : `${text.slice(0, MAX_ERROR_LENGTH)}…`;
}
