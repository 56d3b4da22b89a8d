import { DomainError } from '../../common/domain-error.js';
import { PlaneError } from '../../plane/plane.error.js';
import { type JobOutcome } from '../../queue/queue.js';
import { DoNotRetry, RetryLater } from '../discovery/retry.errors.js';

/** How a run ended, where that is not a failed attempt; the text says more. */
export interface RunOutcome {
  readonly outcome: 'handled' | 'skipped' | 'parked' | 'delayed' | 'dead_lettered';
  readonly text: string;
  /** For `delayed`. */
  readonly inSeconds?: number;
}

/** The handler did its work. */
export const HANDLED: RunOutcome = { outcome: 'handled', text: 'handled' };

const TOO_MANY = 429;
const A_MINUTE = 60;
const OWN_TROUBLE_SECONDS = 1;

/** The handler has nothing to do with the event. */
export function skipped(why: string): RunOutcome {
  return { outcome: 'skipped', text: `skipped: ${why}` };
}

/** Something of our own, and not the handler, keeps the event from being handled now. */
export function internalError(): RunOutcome {
  return delayed(OWN_TROUBLE_SECONDS, 'the event could not be read from the database');
}

/** The event waits for a person. */
export function parked(until: string): RunOutcome {
  return { outcome: 'parked', text: `parked until ${until}` };
}

/** What an error says of the event's further way; `undefined` for a failed attempt like any other. */
export function steeredBy(error: unknown): RunOutcome | undefined {
  if (error instanceof DoNotRetry)
    return { outcome: 'dead_lettered', text: `dead-lettered by the handler: ${error.message}` };
  if (error instanceof DomainError && error.code === 'run_given_up')
    return delayed(0, 'the process stops, or another has the job');
  if (error instanceof RetryLater) return delayed(error.seconds, error.message);
  const spent = error instanceof DomainError && error.code === 'plane_budget_spent';
  if (spent || (error instanceof PlaneError && error.planeStatus === TOO_MANY))
    return delayed(error.retryAfterSeconds ?? A_MINUTE, 'Plane allows no more calls now');
  return undefined;
}

/** What the queue does with the job. */
export function jobEndOf({ outcome, text, inSeconds = 0 }: RunOutcome): JobOutcome {
  if (outcome === 'dead_lettered') return { deadLetter: text };
  return outcome === 'delayed' ? { againInSeconds: inSeconds } : 'done';
}

function delayed(inSeconds: number, why: string): RunOutcome {
  return { outcome: 'delayed', inSeconds, text: `delayed by ${Math.ceil(inSeconds)} s: ${why}` };
}
