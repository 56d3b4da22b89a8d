import { html, type Html } from '../../common/html.js';
import { type WorkspaceSlugs } from '../../installations/workspace-slugs.js';
import { OUTCOME_LABELS, statusView } from '../parts/status.view.js';
import { type Row, rowView } from '../parts/table.view.js';
import { timeView } from '../parts/time.view.js';
import { type DeliverySummary } from '../../webhooks/deliveries/delivery-filter.js';

/** What rows of deliveries are shown with. */
export interface DeliveryRowNames {
  readonly workspaces: WorkspaceSlugs;
  /** The ids of the connections that are configured; of a single one no row is labelled. */
  readonly connectionIds: readonly string[];
  readonly now: Date;
}

/** The columns of every list of deliveries. */
export function deliveryHeads({ connectionIds }: DeliveryRowNames): string[] {
  return ['Event', 'Outcome', ...(connectionIds.length > 1 ? ['Connection'] : []), 'Workspace', 'Received'];
}

const MAX_ERROR_LENGTH = 280;

/** A delivery in a list. */
export function deliveryRow(delivery: DeliverySummary, { workspaces, connectionIds, now }: DeliveryRowNames): Row {
  const { id, eventName, connectionId, workspaceId, receivedAt, outcomes } = delivery;
  return {
    id: `delivery-${id}`,
    cells: [
      { head: html`<a href="/console/deliveries/${id}">${eventName}</a> <code class="id">${id}</code>` },
      outcomes.length === 0 ? statusView('idle', 'no run yet') : outcomes.map(outcomeView),
      ...(connectionIds.length > 1 ? [connectionId] : []),
      workspaces.get(delivery) ?? html`<code>${workspaceId}</code>`,
      timeView(receivedAt, now),
    ],
  };
}

/** The same row as HTML, for a script that inserts it. */
export function deliveryRowView(delivery: DeliverySummary, names: DeliveryRowNames): Html {
  return rowView(deliveryHeads(names), deliveryRow(delivery, names));
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
