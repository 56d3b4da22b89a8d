import { type LogLine } from '../discovery/handler-logger.js';

/** Every state that a delivery can have at a handler that received it. */
export const OUTCOME_STATES = ['handled', 'skipped', 'parked', 'delayed', 'failed', 'dead_lettered', 'folded'] as const;

/** `failed` is retried; `folded`, the stored name: coalesced with another delivery, which the handler received for both. */
export type OutcomeState = (typeof OUTCOME_STATES)[number];

/** One run of a handler. */
export interface AttemptRecord {
  /** 1 for the first. */
  readonly attempt: number;
  /** When it started. */
  readonly at: string;
  readonly ms: number;
  readonly outcome: OutcomeState;
  /** Why, unless it was handled. */
  readonly reason?: string;
  /** The app's own lines in the stack of what it threw, the one that failed first: `PingHandler.pong (src/ping.handler.ts:12:5)`. */
  readonly frames?: readonly string[];
  /** Calls of the context that were still running when the method had ended, such as `plane.users.me`. */
  readonly unawaited?: readonly string[];
}

/** What is stored of one run of a handler on a delivery. */
export interface RunRecord {
  readonly deliveryId: string;
  readonly handler: string;
  readonly attempt: AttemptRecord;
  readonly log: readonly LogLine[];
  /** Other deliveries that the event was coalesced from. */
  readonly folded: readonly string[];
  /** The delivery with which the handler receives the change. */
  readonly into?: string | undefined;
}

/** The outcome of a delivery at one handler. */
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

/** Explains what `unawaited` of an attempt lists. */
export function unawaitedText(calls: readonly string[]): string {
  const names = calls.map((call) => `context.${call}`).join(', ');
  return `Not awaited: ${names}. What was still running when the method had ended may fail unnoticed.`;
}
