import { html, type Html } from '../../common/html.js';
import { ageText } from './format.js';

const DATE_AND_SECONDS = 19;
const TIME_START = 11;

/** A time in UTC to the second, with its age. */
export function timeView(at: Date, now = new Date()): Html {
  return html`${bareTimeView(at)} <span class="age">${ageText(at, now)}</span>`;
}

/** A time in UTC to the second. */
export function bareTimeView(at: Date): Html {
  const iso = at.toISOString();
  return html`<time datetime="${iso}" title="${iso}">${iso.slice(0, DATE_AND_SECONDS).replace('T', ' ')}</time>`;
}

/** The time of day in UTC. */
export function clockText(at: Date): string {
  return at.toISOString().slice(TIME_START, TIME_START + 'hh:mm'.length);
}

/** A time, or a text where there is none. */
export function maybeTimeView(at: Date | null | undefined, none: string, now = new Date()): Html {
  return at ? timeView(at, now) : html`<span class="hint">${none}</span>`;
}
