import { html, type Html } from '../../common/html.js';
import { type AttemptRecord, type DeliveryOutcome } from '../../webhooks/deliveries/outcome.js';
import { type LogLine } from '../../webhooks/discovery/handler-logger.js';
import { millisecondsText } from '../parts/duration.js';
import { OUTCOME_LABELS } from '../parts/outcome-words.js';
import { statusView } from '../parts/status.view.js';
import { bareTimeView, timeView } from '../parts/time.view.js';
import { leadOf, summaryOf } from './delivery-summary.js';
import { type DeliveryView } from './delivery.service.js';

/** The id of the part that changes while it is looked at. */
export const OUTCOMES_ID = 'outcomes';

/** What became of it: at each handler in words, then attempt by attempt. */
export function outcomesView({ outcomes, handlers }: DeliveryView): Html {
  const open = handlers.filter((id) => !outcomes.some(({ handler }) => handler === id));
  return html`<div id="${OUTCOMES_ID}">
    ${outcomes.length === 0 && html`<p>${leadOf(outcomes, handlers.length)}</p>`}
    ${outcomes.map(outcomeView)}
    ${outcomes.length > 0 && open.map((handler) => html`<article class="outcome-of"><h3>${handler} ${statusView('idle', 'not taken up')}</h3></article>`)}
  </div>`;
}

function outcomeView(outcome: DeliveryOutcome): Html {
  const { handler, state, attempts, log, foldedInto } = outcome;
  const { tone, word } = OUTCOME_LABELS[state];
  return html`<article class="outcome-of">
    <h3>${handler} ${statusView(tone, word)}</h3>
    <p>${summaryOf(outcome)}</p>
    ${foldedInto !== null && html`<p><a href="/console/deliveries/${foldedInto}">The delivery that it went with</a></p>`}
    <ol class="timeline">${timelineOf(attempts, log)}</ol>
  </article>`;
}

/** Log lines stand under the attempt that wrote them: the last that had begun by then. */
function timelineOf(attempts: readonly AttemptRecord[], log: readonly LogLine[]): Html[] {
  return attempts.map((attempt, index) => {
    const until = attempts[index + 1]?.at;
    const from = index === 0 ? '' : attempt.at;
    const own = log.filter(({ at }) => at >= from && (until === undefined || at < until));
    const same = attempt.reason !== undefined && attempt.reason === attempts[index - 1]?.reason;
    return attemptView(attempt, own, same);
  });
}

function attemptView(
  { attempt, at, ms, outcome, reason }: AttemptRecord,
  log: readonly LogLine[],
  sameReason: boolean,
): Html {
  const { tone, word } = OUTCOME_LABELS[outcome];
  return html`<li class="${tone}">
    <p class="when">Attempt ${attempt} ${statusView(tone, word)} <span class="hint">${timeView(new Date(at))}, took ${millisecondsText(ms)}</span></p>
    ${reason !== undefined && html`<p class="error">${sameReason ? 'The same error' : reason}</p>`}
    ${log.length > 0 && html`<ul class="log" aria-label="What the handler logged">${log.map(lineView)}</ul>`}
  </li>`;
}

function lineView({ at, level, message, fields }: LogLine): Html {
  return html`<li class="${level}">${bareTimeView(new Date(at))} <b>${level}</b> <span>${message}</span>${
    fields && html` <code>${JSON.stringify(fields)}</code>`
  }</li>`;
}
