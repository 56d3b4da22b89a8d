import { randomUUID } from 'node:crypto';
import { type JobWithMetadata } from 'pg-boss';
import { LeasedJob, type OrderingPosition } from '../../queue/leased-job.js';
import { type BlockedJob } from '../../queue/ordering/ordering-keys.repository.js';
import { type NewJob } from '../../queue/queue.js';
import { type VirtualClock } from './virtual-clock.js';

/** A job that waits or runs. */
export interface MemoryJob {
  readonly id: string;
  readonly data: object;
  readonly priority: number;
  readonly retryCount: number;
  readonly retryLimit: number;
}

interface Waiting extends MemoryJob {
  readonly dueAt: number;
  readonly order: number;
}

interface Entry {
  readonly position: number;
  readonly job: NewJob;
  readonly dueAt: number;
  isInQueue: boolean;
}

/** A leased job whose time-out counts by the virtual clock. */
export class VirtualJob extends LeasedJob {
  private readonly timers: (() => void)[] = [];

  constructor(
    name: string,
    job: MemoryJob,
    private readonly clock: VirtualClock,
  ) {
    super({ ...job, name } as JobWithMetadata);
  }

  override deadline(seconds: number): AbortSignal {
    const controller = new AbortController();
    const reason = new DOMException('The run took too long', 'TimeoutError');
    this.timers.push(this.clock.at(this.clock.now + seconds * 1000, () => controller.abort(reason)));
    return controller.signal;
  }

  /** The run has ended: its time-out is no longer due. */
  end(): void {
    for (const cancel of this.timers) cancel();
  }
}

/** The jobs of one queue that do not run; of those with the same ordering key the first one alone may. */
export class MemoryJobs {
  private waiting: Waiting[] = [];
  private readonly lines = new Map<string, Entry[]>();
  private order = 0;

  constructor(private readonly clock: VirtualClock) {}

  add(job: NewJob, retryLimit: number): void {
    const { orderingKey: key, waitSeconds = 0 } = job;
    const dueAt = this.clock.now + waitSeconds * 1000;
    if (key === undefined) return this.insert(job, job.data, dueAt, retryLimit);
    const line = this.lines.get(key) ?? [];
    this.lines.set(key, line);
    line.push({ position: (this.order += 1), job, dueAt, isInQueue: false });
    this.insertHead(key, retryLimit);
  }

  /** The jobs that are due, by priority and age; the caller runs them. */
  take(now: number, count: number): MemoryJob[] {
    const due = this.waiting.filter(({ dueAt }) => dueAt <= now);
    const taken = new Set(
      due.toSorted((a, b) => b.priority - a.priority || a.order - b.order).slice(0, Math.max(0, count)),
    );
    this.waiting = this.waiting.filter((job) => !taken.has(job));
    return [...taken];
  }

  /** A job that runs again after so many seconds. */
  putBack(job: MemoryJob, seconds: number): void {
    const { order } = job as Waiting;
    this.waiting.push({ ...job, order, dueAt: this.clock.now + seconds * 1000 });
  }

  /** The jobs with the key up to the position have ended: the next one may run. */
  unblock(key: string, position: number, retryLimit: number): void {
    const line = (this.lines.get(key) ?? []).filter((entry) => entry.position > position);
    this.lines.set(key, line);
    this.insertHead(key, retryLimit);
  }

  blockedBehind({ key, position }: OrderingPosition, limit: number): BlockedJob[] {
    const behind = (this.lines.get(key) ?? []).filter((entry) => entry.position > position);
    return behind.slice(0, limit).map(({ position, job }) => ({ position, data: { ...job.data } }));
  }

  dueTimes(): number[] {
    return this.waiting.map(({ dueAt }) => dueAt);
  }

  private insertHead(key: string, retryLimit: number): void {
    const head = this.lines.get(key)?.[0];
    if (!head || head.isInQueue) return;
    head.isInQueue = true;
    const { job, position, dueAt } = head;
    this.insert(job, { ...job.data, line: key, position }, dueAt, retryLimit);
  }

  private insert({ priority = 0 }: NewJob, data: object, dueAt: number, retryLimit: number): void {
    this.waiting.push({ id: randomUUID(), data, priority, retryCount: 0, retryLimit, dueAt, order: (this.order += 1) });
  }
}
