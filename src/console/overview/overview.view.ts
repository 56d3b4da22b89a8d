import { html, type Html } from '../../common/html.js';
import { deliveryHeads, deliveryRow } from '../deliveries/delivery-row.view.js';
import { durationText } from '../parts/format.js';
import { statusView } from '../parts/status.view.js';
import { tableView } from '../parts/table.view.js';
import { lagChart, trafficChart } from './activity.charts.js';
import { type AttentionItem, attentionItemsOf } from './attention-items.js';
import { type Overview } from './overview.service.js';

/** The overview: attention items, failed deliveries, charts, tokens. */
export function overviewView(overview: Overview): Html {
  return html`
    ${attentionView(attentionItemsOf(overview))}
    ${failedView(overview)}
    <section class="panel" aria-labelledby="last-hour"><h2 id="last-hour">The last hour</h2>
      <div class="charts">${trafficChart(overview.minutes)}${lagChart(overview.minutes)}</div>
    </section>
    ${tokensView(overview)}`;
}

function attentionView(items: readonly AttentionItem[]): Html {
  return html`<section class="panel ${items.length > 0 && 'urgent'}" aria-labelledby="attention"><h2 id="attention">Needs attention</h2>${
    items.length === 0
      ? html`<p>${statusView('good', 'Nothing')}: no dead letters, no expired tokens, no silent workspaces.</p>`
      : html`<ul class="needs">${items.map(itemView)}</ul>`
  }</section>`;
}

function itemView({ tone, kind, text, path, action }: AttentionItem): Html {
  return html`<li>${statusView(tone, kind)}<span class="what">${text}</span><a href="${path}">${action}<span class="unseen">: ${text}</span></a></li>`;
}

function failedView(overview: Overview): Html {
  const { failed } = overview;
  return html`<section class="panel" aria-labelledby="failed"><h2 id="failed">Latest failures</h2>
    ${tableView({
      caption: 'Failed deliveries, newest first',
      heads: deliveryHeads(overview),
      rows: failed.map((each) => deliveryRow(each, overview)),
      empty: 'No stored delivery has failed.',
    })}
    ${failed.length > 0 && html`<p class="more"><a href="/console/deliveries?state=dead_lettered">All dead-lettered deliveries</a> <a href="/console/deliveries?state=failed">All that will be retried</a></p>`}
  </section>`;
}

function tokensView({ tokens }: Overview): Html {
  const { live, needsConsent, revoked, soonestExpiryInSeconds: soonest } = tokens;
  return html`<section class="panel" aria-labelledby="tokens"><h2 id="tokens">Tokens</h2>
    <dl class="figures">
      ${figure('Live', live)}
      ${figure('Need consent', needsConsent)}
      ${figure('Revoked', revoked)}
      ${figure('Soonest expiry', soonest === null ? 'none' : soonestText(soonest))}
    </dl>
    <p class="more"><a href="/console/tokens">All tokens</a></p>
  </section>`;
}

function soonestText(seconds: number): string {
  return seconds < 0 ? `expired ${durationText(-seconds)} ago` : `in ${durationText(seconds)}`;
}

function figure(name: string, value: number | string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
