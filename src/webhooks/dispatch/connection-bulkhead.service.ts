import { Injectable } from '@nestjs/common';
import { PlaneConnections } from '../../config/plane-connections.js';
import { PlaneHealthService } from '../../plane/plane-health.service.js';
import { PlaneTiming } from '../../plane/plane-timing.js';
import { type RunResult } from '../../queue/queue.js';
import { connectionBusy, connectionDown } from './run-result.js';

const BUSY_DELAY_MS = 1000;
const DOWN_DELAY_MS = 10_000;
const MAX_DELAY_MS = 120_000;
/** Between two runs of a queue and connection that are put off. */
const SPACING_MS = 10;

/** What runs jobs of several connections: so many at once in this process. */
export interface SharedQueue {
  /** Of the handler, or the name of the queue. */
  readonly id: string;
  readonly options: { readonly concurrency: number };
}

/**
 * Keeps a Plane that is down or slow from using up the concurrency of a queue, where there are several connections: the runs
 * of one leave a place to each other one, and while its Plane does not answer, a run every few seconds tries it.
 */
@Injectable()
export class ConnectionBulkhead {
  /** Runs by queue and connection. */
  private readonly running = new Map<string, number>();
  /** When the last run that was put off is due, by queue and connection, on the monotonic clock, ms. */
  private readonly putOff = new Map<string, number>();

  constructor(
    private readonly connections: PlaneConnections,
    private readonly health: PlaneHealthService,
    private readonly timing: PlaneTiming,
  ) {}

  /** Runs the work, or resolves with a delay that uses up no attempt. */
  async run(
    queue: SharedQueue,
    connectionId: string,
    work: () => Promise<RunResult<never>>,
  ): Promise<RunResult<never>> {
    const others = this.connections.all.length - 1;
    if (others === 0) return work();
    const key = keyOf(queue, connectionId);
    const running = this.running.get(key) ?? 0;
    if (running >= Math.max(1, queue.options.concurrency - others))
      return connectionBusy(this.delayAfter(BUSY_DELAY_MS, key));
    if (!this.health.tryEnter(connectionId)) return connectionDown(this.delayAfter(DOWN_DELAY_MS, key), connectionId);
    return this.occupy(queue, connectionId, work);
  }

  /** Seconds. Many jobs that are put off are due one after another: if all were due together, jobs of others would wait for them. */
  private delayAfter(minMs: number, key: string): number {
    const now = this.timing.now();
    const last = Math.min(this.putOff.get(key) ?? 0, now + MAX_DELAY_MS - SPACING_MS);
    const dueAt = Math.max(now + minMs, last + SPACING_MS);
    this.putOff.set(key, dueAt);
    return (dueAt - now) / 1000;
  }

  /** Does what cannot be put off, such as the end of a run: it counts as one of the connection's runs. */
  async occupy<T>(queue: SharedQueue, connectionId: string, work: () => Promise<T>): Promise<T> {
    const key = keyOf(queue, connectionId);
    this.running.set(key, (this.running.get(key) ?? 0) + 1);
    try {
      return await work();
    } finally {
      this.running.set(key, (this.running.get(key) ?? 1) - 1);
    }
  }
}

function keyOf({ id }: SharedQueue, connectionId: string): string {
  return `${id} ${connectionId}`;
}
