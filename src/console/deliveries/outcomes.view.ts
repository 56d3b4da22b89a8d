import { html, type Html } from '../../common/html.js';
import { type AttemptRecord, type DeliveryOutcome, unawaitedText } from '../../webhooks/deliveries/outcome.js';
import { type LogLine } from '../../webhooks/discovery/handler-logger.js';
import { framesView } from '../parts/frames.view.js';
import { countText, millisecondsText } from '../parts/format.js';
import { OUTCOME_LABELS, statusView } from '../parts/status.view.js';
import { bareTimeView, timeView } from '../parts/time.view.js';

/** The outcomes of a delivery. */
export interface DeliveryOutcomes {
  readonly outcomes: readonly DeliveryOutcome[];
  /** The handlers of this release that match its event. */
  readonly handlers: readonly string[];
}

/** The id of the part that is updated while the page is open. */
export const OUTCOMES_ID = 'outcomes';

/** The outcome at each handler: a summary, then every attempt. */
export function outcomesView({ outcomes, handlers }: DeliveryOutcomes): Html {
  const withoutRun = handlers.filter((id) => !outcomes.some(({ handler }) => handler === id));
  return html`<div id="${OUTCOMES_ID}">
    ${outcomes.length === 0 && html`<p>${withoutOutcomes(handlers.length)}</p>`}
    ${outcomes.map(outcomeView)}
    ${outcomes.length > 0 && withoutRun.map((handler) => html`<article class="outcome-of"><h3>${handler} ${statusView('idle', 'no run yet')}</h3></article>`)}
  </div>`;
}

function outcomeView(outcome: DeliveryOutcome): Html {
  const { handler, state, attempts, log, foldedInto } = outcome;
  const { tone, word } = OUTCOME_LABELS[state];
  return html`<article class="outcome-of">
    <h3>${handler} ${statusView(tone, word)}</h3>
    <p>${summaryOf(outcome)}</p>
    ${foldedInto !== null && html`<p><a href="/console/deliveries/${foldedInto}">The delivery that it was coalesced with</a></p>`}
    <ol class="timeline">${timelineOf(attempts, log)}</ol>
  </article>`;
}

/** Puts each log line under the attempt that wrote it: the last one that had started by then. */
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
  { attempt, at, ms, outcome, reason, frames = [], unawaited = [] }: AttemptRecord,
  log: readonly LogLine[],
  sameReason: boolean,
): Html {
  const { tone, word } = OUTCOME_LABELS[outcome];
  return html`<li class="${tone}">
    <p class="when">Attempt ${attempt} ${statusView(tone, word)} <span class="hint">${timeView(new Date(at))}, took ${millisecondsText(ms)}</span></p>
    ${reason !== undefined && html`<p class="error">${sameReason ? 'The same error' : reason}</p>`}
    ${!sameReason && framesView(frames)}
    ${unawaited.length > 0 && html`<p class="error">${unawaitedText(unawaited)}</p>`}
    ${log.length > 0 && html`<ul class="log" aria-label="What the handler logged">${log.map(lineView)}</ul>`}
  </li>`;
}

function lineView({ at, level, message, fields }: LogLine): Html {
  return html`<li class="${level}">${bareTimeView(new Date(at))} <b>${level}</b> <span>${message}</span>${
    fields && html` <code>${JSON.stringify(fields)}</code>`
  }</li>`;
}

function summaryOf(outcome: DeliveryOutcome): string {
  const { handler, state, lastError, foldedInto, attempts } = outcome;
  const count = countText(attempts.length, 'attempt');
  const error = lastError === null ? '' : ` Error: ${lastError}`;
  const reason = attempts.at(-1)?.reason;
  const because = reason === undefined ? '' : ` (${reason})`;
  const summaries: Record<DeliveryOutcome['state'], string> = {
    handled: `${handler} handled it${attempts.length > 1 ? ` on attempt ${attempts.length}` : ''}.`,
    skipped: `${handler} skipped it${because}.`,
    folded: `${handler} handled it together with delivery ${foldedInto ?? 'of the same change'}, which reported the same change.`,
    delayed: `${handler} delayed it${because}.`,
    parked: `${handler} parked it${because}; it continues without your help.`,
    failed: `${handler} failed after ${count} and will be retried.${error}`,
    dead_lettered: `${handler} failed on all ${count}. It is a dead letter: replay it to run the handler again.${error}`,
  };
  return summaries[state];
}

/** @param matching how many handlers match the event */
function withoutOutcomes(matching: number): string {
  return matching === 0
    ? 'Stored. No handler of this release matches this event.'
    : `Stored. ${countText(matching, 'handler has', 'handlers have')} not run yet.`;
}
