import { html, type Html } from '../../common/html.js';
import { deliveryRow, DELIVERY_HEADS } from '../deliveries/delivery-row.view.js';
import { durationText } from '../parts/duration.js';
import { statusView } from '../parts/status.view.js';
import { tableView } from '../parts/table.view.js';
import { lagChart, trafficChart } from './activity.charts.js';
import { type AttentionItem, attentionItemsOf } from './attention-items.js';
import { type Overview } from './overview.js';

/** What an operator looks at first: what needs them, what failed, how it goes. */
export function overviewView(overview: Overview): Html {
  return html`
    ${needsView(attentionItemsOf(overview))}
    ${failedView(overview)}
    <section class="panel" aria-labelledby="last-hour"><h2 id="last-hour">The last hour</h2>
      <div class="charts">${trafficChart(overview.minutes)}${lagChart(overview.minutes)}</div>
    </section>
    ${tokensView(overview)}`;
}

function needsView(needs: readonly AttentionItem[]): Html {
  return html`<section class="panel ${needs.length > 0 && 'urgent'}" aria-labelledby="needs"><h2 id="needs">What needs a person now</h2>${
    needs.length === 0
      ? html`<p>${statusView('good', 'Nothing')}: every event is handled or on its way, and every token lives.</p>`
      : html`<ul class="needs">${needs.map(needView)}</ul>`
  }</section>`;
}

function needView({ tone, kind, text, path, way }: AttentionItem): Html {
  return html`<li>${statusView(tone, kind)}<span class="what">${text}</span><a href="${path}">${way}<span class="unseen">: ${text}</span></a></li>`;
}

function failedView({ failed, workspaces, now }: Overview): Html {
  return html`<section class="panel" aria-labelledby="failed"><h2 id="failed">Failed last</h2>
    ${tableView({
      caption: 'The deliveries that failed last, newest first',
      heads: DELIVERY_HEADS,
      rows: failed.map((each) => deliveryRow(each, workspaces, now)),
      empty: 'No delivery that is still kept has failed.',
    })}
    ${failed.length > 0 && html`<p class="more"><a href="/console/deliveries?state=dead_lettered">All that failed for the last time</a> <a href="/console/deliveries?state=failed">All that will be tried again</a></p>`}
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
    <p class="more"><a href="/console/tokens">All tokens and their renewals</a></p>
  </section>`;
}

function soonestText(seconds: number): string {
  return seconds < 0 ? `expired ${durationText(-seconds)} ago` : `in ${durationText(seconds)}`;
}

function figure(name: string, value: number | string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
