import { type LogLine } from '../discovery/handler-logger.js';

/** Every state that a delivery can have at a handler, once that has taken it up. */
export const OUTCOME_STATES = [
  'handled',
  'skipped',
  'parked',
  'delayed',
  'failed',
  'dead_lettered',
  'folded',
] as const;

/** `failed` is tried again; `folded`: another delivery told of the same change, and went to the handler for both. */
export type OutcomeState = (typeof OUTCOME_STATES)[number];

/** One run of a handler. */
export interface AttemptRecord {
  /** 1 for the first. */
  readonly attempt: number;
  /** When it began. */
  readonly at: string;
  readonly ms: number;
  readonly outcome: OutcomeState;
  /** Why it ended so, where it was not simply handled. */
  readonly reason?: string;
}

/** What one run of a handler on a delivery leaves behind. */
export interface RunRecord {
  readonly deliveryId: string;
  readonly handler: string;
  readonly attempt: AttemptRecord;
  readonly log: readonly LogLine[];
  /** Other deliveries that were folded into the event. */
  readonly folded: readonly string[];
}

/** What became of a delivery at one handler. */
export interface DeliveryOutcome {
  readonly handler: string;
  readonly state: OutcomeState;
  /** The last 50, oldest first. */
  readonly attempts: readonly AttemptRecord[];
  /** The last 200 lines of all attempts. */
  readonly log: readonly LogLine[];
  readonly lastError: string | null;
  readonly foldedInto: string | null;
  readonly updatedAt: Date;
}
