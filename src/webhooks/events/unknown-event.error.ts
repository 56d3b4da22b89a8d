import { editDistance } from '../../common/edit-distance.js';
import { EVENT_ALIASES, EVENT_NAMES, familyOfName } from './event-table.js';

const SUGGESTIONS = 3;
const LONGEST_COMPARED = 100;

function candidates(pattern: string): string[] {
  const wildcard = /\.\*\*?$/.exec(pattern)?.[0];
  if (wildcard === undefined) return [...EVENT_NAMES, ...EVENT_ALIASES];
  return [...new Set(EVENT_NAMES.map((name) => familyOfName(name) + wildcard))];
}

/** The known names (for a wildcard: the known wildcards) that are written most like a text, nearest first. */
export function nearestEvents(pattern: string): string[] {
  if (pattern.length > LONGEST_COMPARED) return [];
  const farthest = Math.max(3, Math.floor(pattern.length / 3));
  return candidates(pattern)
    .map((name) => ({ name, away: editDistance(pattern.toLowerCase(), name) }))
    .filter(({ away }) => away <= farthest)
    .sort((a, b) => a.away - b.away)
    .slice(0, SUGGESTIONS)
    .map(({ name }) => name);
}

/** What {@link UnknownEventError} says. */
export function unknownEventMessage(pattern: string): string {
  const near = nearestEvents(pattern).map((name) => `'${name}'`);
  const hint =
    near.length === 0
      ? "Names are Plane's, such as 'workitem.created'; 'workitem.*' is one level, 'workitem.**' any depth, '**' everything."
      : `Did you mean ${near.join(' or ')}?`;
  return `'${pattern}' stands for no event that Plane sends. ${hint}`;
}

/** A pattern that no event of Plane's can ever match, most likely misspelt. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';

  constructor(readonly pattern: string) {
    super(unknownEventMessage(pattern));
  }
}
