import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Drain } from '../config/drain.js';
import { BossService } from './boss.service.js';
import { leasedJob, type LeasedJob, jobAgain, CRASH_RETRIES } from './leased-job.js';
import { QueueWorker } from './queue-worker.js';
import { CompletionBatcher } from './completion-batcher.service.js';
import { consumingJob } from './job-spans.js';
import { JobWakeupsService } from './job-wakeups.service.js';
import { type JobsByQueue, JobWriterService } from './job-writer.service.js';
import { OrderingKeysRepository, type WaitingEntry } from './ordering/ordering-keys.repository.js';
import { type Awaited, parkJob, takeParkedJobs } from './parked-jobs.js';
import {
  deadLetterQueueOf,
  type RunResult,
  type NewJob,
  type QueuedJob,
  type QueueSettings,
  type RunRecorder,
} from './queue.js';

/**
 * How soon the work of a process that died is given to another. A handler may keep the whole process from saying that
 * it lives for half of this.
 */
const HEARTBEAT_SECONDS = 40;
const MAX_RETRY_DELAY_SECONDS = 3600;
/** Lets a handler's own time-out speak before pg-boss gives its job away. */
const EXPIRY_MARGIN_SECONDS = 15;

interface NamedPump {
  readonly name: string;
  readonly pump: QueueWorker<never>;
}

/** Durable queues on our own PostgreSQL: jobs join the caller's transaction, failures end in a dead-letter queue. */
@Injectable()
export class QueueService implements BeforeApplicationShutdown {
  private readonly pumps: NamedPump[] = [];
  private readonly held = new Set<string>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly bosses: BossService,
    private readonly wakeups: JobWakeupsService,
    private readonly jobs: JobWriterService,
    private readonly settler: CompletionBatcher,
    private readonly lines: OrderingKeysRepository,
    private readonly drain: Drain,
  ) {
    drain.draining.addEventListener('abort', () => this.stopTaking(), { once: true });
  }

  /** Whether jobs can be taken and given. */
  isRunning(): boolean {
    return this.bosses.isRunning();
  }

  /** Makes the queue and its dead-letter queue, or brings their retry, expiry and retention up to date. */
  async declare(name: string, settings: QueueSettings): Promise<void> {
    const { boss } = this.bosses;
    const deadLetter = deadLetterQueueOf(name);
    const options = {
      retryLimit: settings.retryLimit + CRASH_RETRIES,
      retryDelay: settings.retryDelaySeconds,
      retryBackoff: settings.backoff,
      expireInSeconds: settings.timeoutSeconds + EXPIRY_MARGIN_SECONDS,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      deleteAfterSeconds: settings.keepSeconds,
      retentionSeconds: settings.keepSeconds,
    };
    await boss.createQueue(deadLetter, { retentionSeconds: settings.keepSeconds });
    await boss.createQueue(name, {
      ...options,
      ...(settings.backoff && { retryDelayMax: MAX_RETRY_DELAY_SECONDS }),
      deadLetter,
    });
    await boss.updateQueue(name, options);
    await boss.updateQueue(deadLetter, { retentionSeconds: settings.keepSeconds });
  }

  /** Adds jobs in the caller's transaction: they exist once that commits, and never if it does not. */
  async enqueue(transaction: EntityManager, name: string, jobs: readonly NewJob[]): Promise<void> {
    await this.jobs.add(transaction, new Map([[name, jobs]]));
  }

  /** The same for several queues. */
  async enqueueAll(transaction: EntityManager, jobs: JobsByQueue): Promise<void> {
    await this.jobs.add(transaction, jobs);
  }

  /** Sets a job that was taken aside until what it waits for comes; its run then ends as if it were done. */
  async park(name: string, job: QueuedJob<object>, awaits: Awaited): Promise<void> {
    await parkJob(this.dataSource.manager, { id: job.id, queue: name, data: job.data }, awaits);
  }

  /** Gives the jobs that waited for this back to their queues, in the caller's transaction. Resolves with how many. */
  async unpark(transaction: EntityManager, awaits: Awaited): Promise<number> {
    const parked = await takeParkedJobs(transaction, awaits);
    const jobs = [...parked].map(([name, data]) => [name, data.map(jobAgain)] as const);
    await this.jobs.add(transaction, new Map(jobs));
    return jobs.reduce((sum, [, { length }]) => sum + length, 0);
  }

  /**
   * Hands the queue's jobs to `run`, at most `concurrency` at once in this process. A rejection is a failed attempt.
   * `job.signal` is aborted when the job is taken away from this process.
   *
   * @param recorder keeps the records that runs end with
   */
  work<T extends object, R = never>(
    name: string,
    concurrency: number,
    run: (job: QueuedJob<T>) => Promise<RunResult<R>>,
    recorder?: RunRecorder<R>,
  ): void {
    const record = recorder as RunRecorder<unknown> | undefined;
    const pump = new QueueWorker<T>(concurrency, {
      run: (job) => consumingJob(name, job, () => run(job)),
      fetch: (count) => this.fetch(name, count),
      settle: (job, ended) => this.settler.complete({ job, ended, ...(record && { recorder: record }) }),
      touch: (jobs) => this.touch(name, jobs),
      trouble: (error) => this.bosses.reportError(error),
    });
    this.pumps.push({ name, pump });
    this.wakeups.onJobs(name, pump.wake);
    if (this.held.has(name)) pump.pause();
    if (this.drain.draining.aborted) pump.stop();
    pump.start();
  }

  /** This process takes nothing new of the queue, also where it begins to work on it later; what runs goes on. */
  hold(name: string): void {
    this.held.add(name);
    for (const { pump } of this.pumpsOf(name)) pump.pause();
  }

  /** This process takes jobs of the queue again, at once. */
  release(name: string): void {
    this.held.delete(name);
    for (const { pump } of this.pumpsOf(name)) pump.resume();
  }

  /** The jobs that wait behind this one in its line, in order. */
  async behind(name: string, { place }: QueuedJob<object>, limit: number): Promise<WaitingEntry[]> {
    return place ? this.lines.behind({ queue: name, line: place.line }, place.position, limit) : [];
  }

  /** Deletes some jobs that have waited in lines for longer than that. Resolves with how many. */
  async deleteAbandoned(seconds: number, limit: number): Promise<number> {
    return this.lines.deleteOlderThan(seconds, limit);
  }

  /** Waits for what runs; what was given up on the last call is handed back by then. */
  async beforeApplicationShutdown(): Promise<void> {
    if (await this.drain.waitWithinDeadline(Promise.all(this.pumps.map(({ pump }) => pump.drained()))))
      return;
    for (const { name, pump } of this.pumps) {
      const count = pump.abandon();
      if (count > 0)
        this.drain.recordLoss(`the ends of ${count} run(s) of ${name}, which could not be booked`);
    }
  }

  private stopTaking(): void {
    for (const { pump } of this.pumps) pump.stop();
  }

  private pumpsOf(queue: string): readonly NamedPump[] {
    return this.pumps.filter(({ name }) => name === queue);
  }

  private async fetch(name: string, count: number): Promise<LeasedJob[]> {
    const jobs = await this.bosses.boss.fetch<object>(name, { batchSize: count, includeMetadata: true });
    return jobs.map(leasedJob);
  }

  private async touch(name: string, jobs: readonly LeasedJob[]): Promise<ReadonlySet<string>> {
    const { settled } = (await this.bosses.boss.touch(name, [...jobs])) as { settled?: string[] };
    const kept = new Set(settled);
    return new Set(settled && jobs.map(({ id }) => id).filter((id) => !kept.has(id)));
  }
}
