import { Injectable } from '@nestjs/common';
import { waitFor } from '../common/wait-for.js';
import { type CallPriority } from './call-priority.js';

/** The durations of calls to Plane, and their clock. Constants of the product; a class, so that a test can change them. */
@Injectable()
export class PlaneTiming {
  /** The time-out of a request. */
  requestMs = 10_000;
  /** How long a call of each priority waits for its budget. */
  budgetTimeoutMs: Readonly<Record<CallPriority, number>> = {
    interactive: 5000,
    handler: 30_000,
    background: 60_000,
  };
  /** The monotonic clock, ms. */
  now = (): number => performance.now();
  /** Waits so many milliseconds, or until the signal is aborted. */
  wait = waitFor;
}
