import { Injectable } from '@nestjs/common';
import { PlaneTiming } from './plane-timing.js';

/** Requests in a row without an answer after which a Plane counts as failing. */
const FAILURES = 3;
/** How often a run may try whether a failing Plane answers again. */
const PROBE_MS = 15_000;

interface Health {
  failures: number;
  /** On the monotonic clock. */
  probeAt: number;
}

/** Whether the Plane of each connection answers this process. */
@Injectable()
export class PlaneHealthService {
  private readonly states = new Map<string, Health>();

  constructor(private readonly timing: PlaneTiming) {}

  /** Notes how a request ended. @param answered an error is an answer, an aborted request says nothing */
  note(connectionId: string, answered: boolean): void {
    const failures = answered ? 0 : (this.states.get(connectionId)?.failures ?? 0) + 1;
    this.states.set(connectionId, { failures, probeAt: this.timing.now() + PROBE_MS });
  }

  /** Whether a run may call Plane: while it fails, one every 15 s. Then the caller must make a call. */
  tryEnter(connectionId: string): boolean {
    const state = this.states.get(connectionId);
    if (!state || state.failures < FAILURES) return true;
    if (this.timing.now() < state.probeAt) return false;
    state.probeAt = this.timing.now() + PROBE_MS;
    return true;
  }
}
