import { html, type Html } from '../../common/html.js';
import { type StoredWebhook } from '../../webhooks/deliveries/delivery-filter.js';
import { normaliseDelivery } from '../../webhooks/events/normalise.js';
import { parsePayload } from '../../webhooks/events/payload-parser.js';
import { tableView } from '../parts/table.view.js';

const INDENT = 2;
const MAX_SHOWN = 200_000;

/** The event that handlers get, and the webhook that it was parsed from. */
export function payloadView(stored: StoredWebhook): Html {
  const path = `/console/deliveries/${stored.id}`;
  return html`
    <p class="crumb"><a href="/console/deliveries">Deliveries</a> <a href="${path}">${stored.eventName}</a></p>
    ${panel('event', 'Event for handlers', codeView(eventText(stored)))}
    ${panel('body', 'Body', codeView(stored.body.toString()))}
    ${panel('headers', 'Stored headers', headersView(stored.headers))}`;
}

function panel(id: string, title: string, content: Html): Html {
  return html`<section class="panel" aria-labelledby="${id}"><h2 id="${id}">${title}</h2>${content}</section>`;
}

function codeView(text: string): Html {
  const cut = text.length > MAX_SHOWN;
  return html`<pre tabindex="0"><code>${cut ? text.slice(0, MAX_SHOWN) : text}</code></pre>${
    cut &&
    html`<p class="hint">Cut after ${MAX_SHOWN} of ${text.length} characters; <code>npx hangar deliveries show</code> prints all of it.</p>`
  }`;
}

function headersView(headers: StoredWebhook['headers']): Html {
  return tableView({
    caption: 'Headers of the webhook',
    heads: ['Name', 'Value'],
    rows: Object.entries(headers).map(([name, value]) => ({
      cells: [{ head: name }, html`<code>${value}</code>`],
    })),
  });
}

/** An earlier release may have stored a payload that this one cannot parse. */
function eventText({ id, body, receivedAt }: StoredWebhook): string {
  try {
    const { raw: _, ...event } = normaliseDelivery({ id, body, payload: parsePayload(body), receivedAt });
    return JSON.stringify(event, undefined, INDENT);
  } catch {
    return 'This release cannot parse the payload.';
  }
}
