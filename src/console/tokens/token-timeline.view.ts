import { html, type Html } from '../../common/html.js';
import { type ListedToken } from '../../tokens/token-admin.service.js';
import { durationText } from '../parts/format.js';
import { clockText } from '../parts/time.view.js';

const MAX_TOKENS = 24;
const WIDTH = 560;
const LEFT = 120;
const RIGHT = 12;
const ROW = 22;
const BOTTOM = 22;
const MARKS = 4;
const MAX_NAME_LENGTH = 16;
const MIN_SPAN_SECONDS = 3600;

/** A timeline of the live tokens that expire soonest: when each is due for a refresh and when it expires. */
export function tokenTimelineView(tokens: readonly ListedToken[], now: Date): Html | undefined {
  const live = tokens.filter(({ state }) => state === 'live').slice(0, MAX_TOKENS);
  if (live.length === 0) return undefined;
  const span = Math.max(MIN_SPAN_SECONDS, ...live.map(({ expiresInSeconds }) => expiresInSeconds));
  const height = live.length * ROW + BOTTOM;
  return html`<figure class="chart" aria-labelledby="timeline-title">
    <figcaption><h3 id="timeline-title">Refresh schedule</h3>
      <ul class="legend"><li><svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true" focusable="false"><path class="bar" d="M0 4H24"/></svg>valid</li>
      <li><svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false"><path class="due" d="M6 0 12 6 6 12 0 6z"/></svg>refresh due</li></ul></figcaption>
    <svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${summaryOf(live)}">
      ${marksView(span, height, now)}
      ${live.map((token, index) => rowView(token, index, span))}
    </svg>
    <p class="hint">${summaryOf(live)}</p>
  </figure>`;
}

function summaryOf(live: readonly ListedToken[]): string {
  const [first] = live;
  const [due] = live.toSorted((a, b) => a.dueInSeconds - b.dueInSeconds);
  if (!first || !due) return '';
  return `Next refresh: ${inText(due.dueInSeconds, 'due')} (${due.owner}). Soonest expiry: ${inText(first.expiresInSeconds, 'expired')} (${first.owner}).`;
}

/** @param past the word for a time in the past */
function inText(seconds: number, past: string): string {
  return seconds < 0 ? `${past} for ${durationText(-seconds)}` : `in ${durationText(seconds)}`;
}

function rowView({ owner, expiresInSeconds, dueInSeconds }: ListedToken, index: number, span: number): Html {
  const y = index * ROW + ROW / 2;
  const due = xOf(dueInSeconds, span);
  const name = owner.length > MAX_NAME_LENGTH ? `${owner.slice(0, MAX_NAME_LENGTH - 1)}…` : owner;
  return html`<text class="tick" x="${LEFT - 8}" y="${y + 4}" text-anchor="end">${name}</text><path class="bar" d="M${LEFT} ${y}H${Math.max(LEFT + 1, xOf(expiresInSeconds, span))}"/><path class="due" d="M${due} ${y - 6}l6 6-6 6-6-6z"/>`;
}

function marksView(span: number, height: number, now: Date): Html[] {
  return Array.from({ length: MARKS + 1 }, (_, index) => {
    const seconds = (span * index) / MARKS;
    const x = xOf(seconds, span);
    const anchor = index === MARKS ? 'end' : 'middle';
    const text = index === 0 ? 'now' : clockText(new Date(now.getTime() + seconds * 1000));
    return html`<path class="grid" d="M${x} 0V${height - BOTTOM}"/><text class="tick" x="${x}" y="${height - 6}" text-anchor="${anchor}">${text}</text>`;
  });
}

function xOf(seconds: number, span: number): number {
  const part = Math.min(1, Math.max(0, seconds / span));
  return Math.round((LEFT + part * (WIDTH - LEFT - RIGHT)) * 10) / 10;
}
