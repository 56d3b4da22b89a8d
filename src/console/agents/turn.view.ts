import { type TimelineActivity, type TimelineTurn } from '../../agents/agent-run-pages.js';
import { html, type Html } from '../../common/html.js';
import { type AttemptRecord } from '../../webhooks/deliveries/outcome.js';
import { millisecondsText } from '../parts/format.js';
import { OUTCOME_LABELS, statusView, type Tone } from '../parts/status.view.js';
import { bareTimeView, timeView } from '../parts/time.view.js';
import { RUN_LABELS } from './agent-state.view.js';

/** Whether what people and the agent wrote is shown. */
interface TurnOptions {
  readonly withTexts: boolean;
}

const ACTIVITY_TONES: Readonly<Record<TimelineActivity['status'], Tone>> = {
  pending: 'busy',
  sent: 'good',
  dropped: 'idle',
  failed: 'bad',
};

/** An entry of a turn's timeline. */
interface Entry {
  readonly at: Date;
  readonly tone: Tone;
  readonly content: Html;
}

/** A turn: its outcome, then the stop, the attempts and the activities in order of time. */
export function turnView(turn: TimelineTurn, options: TurnOptions): Html {
  const { tone, word } = RUN_LABELS[turn.state === 'closed' ? (turn.outcome ?? 'stopped') : turn.state];
  const entries = [
    { at: turn.receivedAt, tone: 'idle' as const, content: promptView(turn, options) },
    ...stopEntry(turn),
    ...turn.attempts.map(attemptEntry),
    ...turn.activities.map((activity) => activityEntry(activity, options)),
  ];
  const ordered = entries.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  return html`<article class="outcome-of">
    <h3>${turn.handler} ${statusView(tone, word)}</h3>
    ${turn.reason !== null && html`<p class="error">${turn.reason}</p>`}
    ${turn.reference !== null && html`<p>Reference: <code>${turn.reference}</code></p>`}
    <ol class="timeline">${ordered.map(({ tone: each, content }) => html`<li class="${each}">${content}</li>`)}</ol>
  </article>`;
}

function promptView({ prompt, deliveryId, receivedAt }: TimelineTurn, { withTexts }: TurnOptions): Html {
  return html`<p class="when"><a href="/console/deliveries/${deliveryId}">Prompt</a> <span class="hint">${timeView(receivedAt)}</span></p>
    ${withTexts && html`<p>${prompt?.text ?? 'The text is not known yet.'}</p>`}`;
}

function stopEntry({ stopRequestedAt }: TimelineTurn): Entry[] {
  if (!stopRequestedAt) return [];
  const content = html`<p class="when">${statusView('warn', 'stop')} <span class="hint">${timeView(stopRequestedAt)}</span></p>`;
  return [{ at: stopRequestedAt, tone: 'warn', content }];
}

function attemptEntry({ attempt, at, ms, outcome, reason }: AttemptRecord): Entry {
  const { tone, word } = OUTCOME_LABELS[outcome];
  const started = new Date(at);
  const content = html`<p class="when">Attempt ${attempt} ${statusView(tone, word)} <span class="hint">${timeView(started)}, took ${millisecondsText(ms)}</span></p>
    ${reason !== undefined && html`<p class="error">${reason}</p>`}`;
  return { at: started, tone, content };
}

function activityEntry(activity: TimelineActivity, { withTexts }: TurnOptions): Entry {
  const { number, type, status, text, error, createdAt, sentAt } = activity;
  const [at, tone] = [sentAt ?? createdAt, ACTIVITY_TONES[status]];
  const name = number === 0 ? 'acknowledgement' : type;
  const content = html`<p class="when">${name} ${statusView(tone, status)} <span class="hint">${bareTimeView(at)}</span></p>
    ${withTexts && html`<p>${text}</p>`}
    ${error !== null && html`<p class="error">${error}</p>`}`;
  return { at, tone, content };
}
