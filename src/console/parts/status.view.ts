import { html, type Html } from '../../common/html.js';
import { type OutcomeState } from '../../webhooks/deliveries/outcome.js';

/** How good a state is; each tone has a colour and a shape. */
export type Tone = 'good' | 'bad' | 'warn' | 'idle' | 'busy';

const SHAPES: Readonly<Record<Tone, Html>> = {
  good: html`<path d="M2.500 8.500 6 12l7.500-8" fill="none" stroke="currentColor" stroke-width="2.500" stroke-linecap="round" stroke-linejoin="round"/>`,
  bad: html`<path d="M3.500 3.500l9 9m0-9l-9 9" fill="none" stroke="currentColor" stroke-width="2.500" stroke-linecap="round"/>`,
  warn: html`<path d="M8 1.500 15 14H1z" fill="currentColor"/>`,
  idle: html`<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2"/>`,
  busy: html`<circle cx="8" cy="8" r="5" fill="none" stroke="currentColor" stroke-width="2"/><path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor"/>`,
};

/** The label and tone of each state of a delivery at a handler; `waiting`: it has a job there. */
export const OUTCOME_LABELS: Readonly<Record<OutcomeState | 'waiting', { word: string; tone: Tone }>> = {
  waiting: { word: 'waiting', tone: 'idle' },
  handled: { word: 'handled', tone: 'good' },
  skipped: { word: 'skipped', tone: 'idle' },
  folded: { word: 'coalesced', tone: 'idle' },
  delayed: { word: 'delayed', tone: 'busy' },
  parked: { word: 'parked', tone: 'warn' },
  failed: { word: 'failed, will be retried', tone: 'warn' },
  dead_lettered: { word: 'dead-lettered', tone: 'bad' },
};

/** A state as word, shape and colour. */
export function statusView(tone: Tone, word: string): Html {
  return html`<span class="status ${tone}"><svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true" focusable="false">${SHAPES[tone]}</svg>${word}</span>`;
}
