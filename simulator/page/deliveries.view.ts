import { html, type Html } from '../../src/common/html.js';
import { type Attempt, type Delivery } from '../sending/delivery.js';
import { type SimulatorContext } from '../simulator-context.js';
import { clockText, untilText } from './clock-text.js';

const SHOWN = 25;
const SHAPE_NAMES = { v2: 'v2', v1: 'v1', ce: 'v1 (CE)', agent: 'agent', raw: 'as given' };
const TONES: Record<Delivery['status'], string> = {
  delivered: 'good',
  refused: 'bad',
  given_up: 'bad',
  waiting: 'warn',
  sending: '',
  dropped: 'bad',
};

function statusText(delivery: Delivery): string {
  const last = delivery.attempts.at(-1);
  if (delivery.status === 'sending') return 'sending…';
  if (delivery.status === 'dropped') return 'not sent: webhook disabled';
  const outcome = String(last?.status ?? 'no answer');
  if (delivery.status === 'waiting') return `${outcome}, retry ${untilText(delivery.nextAttemptAt ?? 0, Date.now())}`;
  return delivery.status === 'given_up' ? `${outcome}, given up` : outcome;
}

function attemptView(attempt: Attempt, index: number): Html {
  return html`<tr><td>${index + 1}</td><td>${clockText(attempt.startedAt)}</td><td>${attempt.status ?? attempt.error}</td>
<td>${attempt.durationMs} ms</td><td><code class="answer">${attempt.answer}</code></td></tr>`;
}

function indented(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}

function deliveryView(delivery: Delivery): Html {
  const { attempts } = delivery;
  return html`<li><details id="delivery-${delivery.id}"><summary>
<span class="badge ${TONES[delivery.status]}">${statusText(delivery)}</span>
<code class="event">${delivery.event}</code>
<span class="hint">${SHAPE_NAMES[delivery.shape]} · ${clockText(delivery.createdAt)}${attempts.length > 1 && html` · ${attempts.length} attempts`}</span>
</summary>
<div class="scroll"><table><caption>Attempts</caption>
<thead><tr><th scope="col">#</th><th scope="col">Time</th><th scope="col">Status</th><th scope="col">Took</th><th scope="col">Answer</th></tr></thead>
<tbody>${attempts.map(attemptView)}</tbody></table></div>
<div class="scroll"><pre tabindex="0" aria-label="Payload">${indented(delivery.body)}</pre></div>
</details></li>`;
}

/** The latest webhooks, newest first, with their attempts and payloads. */
export function deliveriesView({ sender, app }: SimulatorContext): Html {
  const latest = sender.deliveries.slice(-SHOWN).toReversed();
  if (latest.length === 0) {
    return html`<p class="empty">No webhooks yet. Webhooks go to <code>${app.webhookUrl}</code>.</p>`;
  }
  return html`<ol class="plain deliveries">${latest.map(deliveryView)}</ol>
${sender.deliveries.length > SHOWN && html`<p class="hint">The latest ${SHOWN} of ${sender.deliveries.length}.</p>`}`;
}
