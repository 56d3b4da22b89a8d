import { type DeliveryOutcome } from '../../webhooks/deliveries/outcome.js';
import { countText } from '../parts/count-text.js';

/** What became of a delivery at one handler, in one sentence. */
export function summaryOf(outcome: DeliveryOutcome): string {
  const { handler, state, lastError, foldedInto, attempts } = outcome;
  const tries = countText(attempts.length, 'attempt');
  const why = lastError === null ? '' : ` The error: ${lastError}`;
  const last = attempts.at(-1)?.reason;
  const stories: Record<DeliveryOutcome['state'], string> = {
    handled:
      attempts.length > 1 ? `${handler} handled it at the last of ${tries}.` : `${handler} handled it.`,
    skipped: `${handler} had nothing to do with it${last === undefined ? '' : ` (${last})`}.`,
    folded: `${handler} was given it together with delivery ${foldedInto ?? 'of the same change'}, which told of the same change.`,
    delayed: `${handler} will be run on it again later${last === undefined ? '' : ` (${last})`}.`,
    parked: `${handler} has it set aside${last === undefined ? '' : ` (${last})`}; it goes on by itself.`,
    failed: `${handler} failed, after ${tries}, and will be tried again.${why}`,
    dead_lettered: `${handler} failed for the last time, after ${tries}. It is not tried again until you replay it.${why}`,
  };
  return stories[state];
}

/** The same of the whole delivery. @param wanted how many handlers want its event */
export function leadOf(outcomes: readonly DeliveryOutcome[], wanted: number): string {
  if (outcomes.length > 0) return '';
  return wanted === 0
    ? 'It was stored. No handler of this release wants such an event.'
    : `It was stored, and ${countText(wanted, 'handler has', 'handlers have')} not taken it up yet.`;
}
