import { nearestNames } from '../../common/nearest-name.js';
import { EVENT_ALIASES, EVENT_NAMES, familyOfName } from './event-table.js';

function candidates(pattern: string): string[] {
  const wildcard = /\.\*\*?$/.exec(pattern)?.[0];
  if (wildcard === undefined) return [...EVENT_NAMES, ...EVENT_ALIASES];
  return [...new Set(EVENT_NAMES.map((name) => familyOfName(name) + wildcard))];
}

/** The known names (for a wildcard: known wildcards) most similar to a pattern, nearest first. */
export function nearestEvents(pattern: string): string[] {
  return nearestNames(pattern, candidates(pattern));
}

/** The message of {@link UnknownEventError}. */
export function unknownEventMessage(pattern: string): string {
  const near = nearestEvents(pattern).map((name) => `'${name}'`);
  const hint =
    near.length === 0
      ? "Names are Plane's, such as 'workitem.created'; 'workitem.*' is one level, 'workitem.**' any depth, '**' everything."
      : `Did you mean ${near.join(' or ')}?`;
  return `'${pattern}' matches no event that Plane sends. ${hint}`;
}

/** A pattern that can match no event of Plane's, most likely misspelled. */
export class UnknownEventError extends Error {
  override readonly name = 'UnknownEventError';

  constructor(readonly pattern: string) {
    super(unknownEventMessage(pattern));
  }
}
