import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { endsJob, fateOf, lastPositionOf, retryDelaySeconds } from '../../queue/job-policy.js';
import { CRASH_RETRIES, type LeasedJob, requeued } from '../../queue/leased-job.js';
import { type BlockedJob } from '../../queue/ordering/ordering-keys.repository.js';
import {
  type JobsByQueue,
  type NewJob,
  type QueueSettings,
  type RunRecorder,
  type RunResult,
  type WorkOptions,
} from '../../queue/queue.js';
import { type Awaited, type QueueService } from '../../queue/queue.service.js';
import { TRANSACTION } from './memory-database.module.js';
import { type MemoryJob, MemoryJobs, VirtualJob } from './memory-jobs.js';
import { VirtualClock } from './virtual-clock.js';

type Run = (job: LeasedJob) => Promise<RunResult>;

interface Worker {
  readonly concurrency: number;
  readonly run: Run;
  readonly recorder: RunRecorder<unknown> | undefined;
}

/** A job of a queue whose last attempt has failed. */
export interface MemoryDeadLetter {
  readonly handler: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly reason: string;
}

/** What the pipeline needs of the queue. */
type Used =
  'isRunning' | 'declare' | 'enqueue' | 'enqueueAll' | 'park' | 'unpark' | 'parkedFor' | 'deleteParkedOlderThan';
type Worked = 'work' | 'pause' | 'resume' | 'blockedBehind';

/** The queues of an app in memory: the same order, retries, delays and dead letters, by a clock that stands still. */
@Injectable()
export class MemoryQueue implements Pick<QueueService, Used | Worked> {
  readonly deadLetters: MemoryDeadLetter[] = [];
  private readonly queues = new Map<string, MemoryJobs>();
  private readonly settings = new Map<string, QueueSettings>();
  private readonly workers = new Map<string, Worker>();
  private readonly paused = new Set<string>();
  private readonly parked: {
    readonly id: string;
    readonly queue: string;
    readonly data: object;
    readonly awaits: Awaited;
  }[] = [];
  private readonly active = new Map<LeasedJob, string>();
  private readonly idle: (() => void)[] = [];

  constructor(private readonly clock: VirtualClock) {
    clock.onMove(() => this.wake());
  }

  isRunning(): boolean {
    return true;
  }

  async declare(name: string, settings: QueueSettings): Promise<void> {
    this.settings.set(name, settings);
  }

  async enqueue(_transaction: EntityManager, name: string, jobs: readonly NewJob[]): Promise<void> {
    for (const job of jobs) this.jobsOf(name).add(job, this.retryLimitOf(name));
    this.wake();
  }

  async enqueueAll(transaction: EntityManager, jobs: JobsByQueue): Promise<void> {
    for (const [name, ofQueue] of jobs) await this.enqueue(transaction, name, ofQueue);
  }

  async park({ id, queue, data }: LeasedJob, awaits: Awaited): Promise<void> {
    if (!this.parked.some((job) => job.id === id)) this.parked.push({ id, queue, data, awaits });
  }

  async unpark(transaction: EntityManager, awaits: Awaited): Promise<number> {
    const released = this.parked.filter((job) => job.awaits === awaits);
    this.parked.splice(0, this.parked.length, ...this.parked.filter((job) => job.awaits !== awaits));
    for (const { queue, data } of released) await this.enqueue(transaction, queue, [requeued(data)]);
    return released.length;
  }

  async parkedFor(prefix: 'install:' | 'consent:'): Promise<string[]> {
    const awaited = new Set(this.parked.map(({ awaits }) => awaits).filter((awaits) => awaits.startsWith(prefix)));
    return [...awaited].map((awaits) => awaits.slice(prefix.length));
  }

  async deleteParkedOlderThan(): Promise<number> {
    return 0;
  }

  work<T extends object, R = never>(
    name: string,
    { concurrency }: WorkOptions,
    run: (job: LeasedJob<T>) => Promise<RunResult<R>>,
    recorder?: RunRecorder<R>,
  ): void {
    const record = recorder as RunRecorder<unknown> | undefined;
    this.workers.set(name, { concurrency, run: run as unknown as Run, recorder: record });
    this.wake();
  }

  pause(name: string): void {
    this.paused.add(name);
  }

  resume(name: string): void {
    this.paused.delete(name);
    this.wake();
  }

  async blockedBehind({ queue, position }: LeasedJob, limit: number): Promise<BlockedJob[]> {
    return position ? this.jobsOf(queue).blockedBehind(position, limit) : [];
  }

  /** Resolves once no job is running and none is due. */
  async settled(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.idle.push(resolve);
      this.wake();
    });
  }

  /** The queues of the jobs that run now. */
  get running(): string[] {
    return [...this.active.values()];
  }

  /** When the next waiting job is due, in milliseconds since 1970. */
  get nextDue(): number | undefined {
    const times = [...this.queues].flatMap(([name, jobs]) => (this.takes(name) ? jobs.dueTimes() : []));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** In the next turn of the event loop: the caller's changes are complete then. */
  private wake(): void {
    setImmediate(() => this.pump());
  }

  private pump(): void {
    for (const [name, worker] of this.workers) if (this.takes(name)) this.start(name, worker);
    if (this.active.size === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  private start(name: string, worker: Worker): void {
    const running = this.running.filter((queue) => queue === name).length;
    for (const job of this.jobsOf(name).take(this.clock.now, worker.concurrency - running))
      void this.run(name, job, worker);
  }

  private async run(name: string, job: MemoryJob, worker: Worker): Promise<void> {
    const leased = new VirtualJob(name, job, this.clock);
    this.active.set(leased, name);
    const result = await worker.run(leased).catch((error: unknown): RunResult => ({ outcome: 'failed', error }));
    leased.end();
    if (result.record !== undefined) await worker.recorder?.(TRANSACTION, [result.record]);
    this.complete(leased, job, result);
    this.active.delete(leased);
    this.wake();
  }

  private complete(leased: LeasedJob, job: MemoryJob, result: RunResult): void {
    const jobs = this.jobsOf(leased.queue);
    const fate = fateOf(leased, result);
    if (fate === 'delayed') {
      const data = { ...job.data, attemptsBefore: leased.attempt - 1 };
      const retryLimit = Math.max(0, leased.retryLimit - leased.retryCount) + CRASH_RETRIES;
      jobs.putBack({ ...job, data, retryCount: 0, retryLimit }, Math.ceil(result.delaySeconds ?? 0));
    } else if (fate === 'retried') {
      const settings = this.settings.get(leased.queue) ?? { retryDelaySeconds: 0, backoff: false };
      jobs.putBack({ ...job, retryCount: job.retryCount + 1 }, retryDelaySeconds(settings, job.retryCount));
    } else if (fate === 'dead_lettered') {
      const { reason = '' } = result;
      this.deadLetters.push({ handler: leased.queue, data: { ...job.data }, reason });
    }
    const position = lastPositionOf(leased, result);
    if (leased.position && position !== undefined && endsJob(leased, result))
      jobs.unblock(leased.position.key, position, this.retryLimitOf(leased.queue));
  }

  private takes(name: string): boolean {
    return this.workers.has(name) && !this.paused.has(name);
  }

  private jobsOf(name: string): MemoryJobs {
    const jobs = this.queues.get(name) ?? new MemoryJobs(this.clock);
    this.queues.set(name, jobs);
    return jobs;
  }

  private retryLimitOf(name: string): number {
    return (this.settings.get(name)?.retryLimit ?? 0) + CRASH_RETRIES;
  }
}
