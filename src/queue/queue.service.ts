import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Drain } from '../config/drain.js';
import { BossService } from './boss.service.js';
import { CompletionBatcher } from './completion-batcher.service.js';
import { withConsumerSpan } from './job-spans.js';
import { JobWakeupsService } from './job-wakeups.service.js';
import { JobWriterService } from './job-writer.service.js';
import { MAX_RETRY_DELAY_SECONDS } from './job-policy.js';
import { CRASH_RETRIES, type LeasedJob, requeued } from './leased-job.js';
import { type BlockedJob, OrderingKeysRepository } from './ordering/ordering-keys.repository.js';
import {
  deadLetterQueueOf,
  type JobsByQueue,
  type NewJob,
  type QueueSettings,
  type RunRecorder,
  type RunResult,
  type WorkOptions,
} from './queue.js';
import { QueueWorker } from './queue-worker.js';
import { PgBossSql } from './pgboss.sql.js';

/**
 * Without a heartbeat for this long a job is handed to another process. A handler may block the event loop for half of
 * it.
 */
const HEARTBEAT_SECONDS = 40;
/** How many are sent in that time. */
const HEARTBEATS = 4;
/** The handler's own time-out comes first; then pg-boss takes the job away. */
const EXPIRY_MARGIN_SECONDS = 15;

const PARK = `
  INSERT INTO parked_jobs (id, queue, data, awaits) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`;

/** Those that wait for what never happened, such as the install of an app that another operator removed. */
const DELETE_PARKED = `
  DELETE FROM parked_jobs WHERE id = ANY (ARRAY(
    SELECT id FROM parked_jobs WHERE parked_at < now() - make_interval(secs => $1)
    ORDER BY parked_at LIMIT $2 FOR UPDATE SKIP LOCKED))`;

const PARKED_FOR = `
  SELECT DISTINCT substr(awaits, length($1) + 1) AS rest FROM parked_jobs WHERE starts_with(awaits, $1)`;

/**
 * What a parked job waits for: an install of the app in a workspace, a Plane user's consent, a link of a subject, that the
 * API key of a connection works again.
 */
export type Awaited = `install:${string}` | `consent:${string}` | `link:${string}` | `key:${string}`;

/** Durable queues on PostgreSQL: jobs are added in the caller's transaction, failed ones end in a dead-letter queue. */
@Injectable()
export class QueueService implements BeforeApplicationShutdown {
  private readonly workers: QueueWorker[] = [];
  private readonly paused = new Set<string>();
  private ending: Promise<void> | undefined;

  constructor(
    private readonly dataSource: DataSource,
    private readonly bosses: BossService,
    private readonly wakeups: JobWakeupsService,
    private readonly jobs: JobWriterService,
    private readonly completions: CompletionBatcher,
    private readonly ordering: OrderingKeysRepository,
    private readonly drain: Drain,
    private readonly sql: PgBossSql,
  ) {
    const stop = (): void => this.workers.forEach((worker) => worker.stop());
    drain.draining.addEventListener('abort', stop, { once: true });
  }

  /** Whether jobs can be added and fetched. */
  isRunning(): boolean {
    return this.bosses.isRunning();
  }

  /** Creates the queue and its dead-letter queue, or updates their retries, time-out and retention. */
  async declare(name: string, settings: QueueSettings): Promise<void> {
    const { boss } = this.bosses;
    const deadLetter = deadLetterQueueOf(name);
    const options = {
      retryLimit: settings.retryLimit + CRASH_RETRIES,
      retryDelay: settings.retryDelaySeconds,
      retryBackoff: settings.backoff,
      expireInSeconds: settings.timeoutSeconds + EXPIRY_MARGIN_SECONDS,
      heartbeatSeconds: settings.heartbeatSeconds ?? HEARTBEAT_SECONDS,
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

  /** Adds jobs in the caller's transaction: they exist once it commits, and never if it does not. */
  async enqueue(transaction: EntityManager, name: string, jobs: readonly NewJob[]): Promise<void> {
    await this.jobs.add(transaction, new Map([[name, jobs]]));
  }

  /** Adds jobs of several queues in the caller's transaction. */
  async enqueueAll(transaction: EntityManager, jobs: JobsByQueue): Promise<void> {
    await this.jobs.add(transaction, jobs);
  }

  /**
   * Stores a leased job outside of its queue until `awaits` happens. Its run must then end as `parked`. Parking it twice
   * has no further effect.
   */
  async park({ id, queue, data }: LeasedJob, awaits: Awaited): Promise<void> {
    await this.dataSource.query(PARK, [id, queue, JSON.stringify(data), awaits]);
  }

  /** Adds the jobs that wait for this to their queues again, in the caller's transaction. Resolves with how many. */
  async unpark(transaction: EntityManager, awaits: Awaited): Promise<number> {
    type Parked = { readonly queue: string; readonly data: object; readonly parked_at: Date };
    const [parked] = await transaction.query<[Parked[], number]>(this.sql.takeParked, [awaits]);
    const oldestFirst = parked.toSorted((a, b) => a.parked_at.getTime() - b.parked_at.getTime());
    const byQueue = [...Map.groupBy(oldestFirst, ({ queue }) => queue)];
    const jobs = byQueue.map(([queue, ofQueue]) => [queue, ofQueue.map(({ data }) => requeued(data))] as const);
    await this.jobs.add(transaction, new Map(jobs));
    return parked.length;
  }

  /** What parked jobs wait for, of those that begin with the prefix, without it. */
  async parkedFor(prefix: 'install:' | 'consent:'): Promise<string[]> {
    const found = await this.dataSource.query<{ rest: string }[]>(PARKED_FOR, [prefix]);
    return found.map(({ rest }) => rest);
  }

  /** Deletes the oldest parked jobs that are older than this, at most `limit`. Resolves with how many. */
  async deleteParkedOlderThan(seconds: number, limit: number): Promise<number> {
    const [, deleted] = await this.dataSource.query<[unknown[], number]>(DELETE_PARKED, [seconds, limit]);
    return deleted;
  }

  /**
   * Runs the queue's jobs in this process. A rejection is a failed attempt.
   *
   * @param recorder stores the records of the results
   */
  work<T extends object, R = never>(
    name: string,
    { concurrency, heartbeatSeconds = HEARTBEAT_SECONDS }: WorkOptions,
    run: (job: LeasedJob<T>) => Promise<RunResult<R>>,
    recorder?: RunRecorder<R>,
  ): void {
    const record = recorder as RunRecorder<unknown> | undefined;
    const worker = new QueueWorker(name, this.bosses, {
      concurrency,
      heartbeatMs: heartbeatSeconds * (1000 / HEARTBEATS),
      run: (job) => withConsumerSpan(job, () => run(job as LeasedJob<T>)),
      complete: (job, result) => this.completions.complete({ job, result, ...(record && { recorder: record }) }),
    });
    this.workers.push(worker);
    this.wakeups.onJobs(name, worker.wake);
    if (this.paused.has(name)) worker.pause();
    if (this.drain.draining.aborted) worker.stop();
    worker.start();
  }

  /** Stops fetching jobs of the queue in this process, also for a worker that starts later; runs continue. */
  pause(name: string): void {
    this.paused.add(name);
    for (const worker of this.workersOf(name)) worker.pause();
  }

  /** Fetches jobs of the queue again, at once. */
  resume(name: string): void {
    this.paused.delete(name);
    for (const worker of this.workersOf(name)) worker.resume();
  }

  /** The jobs that wait behind this one for its ordering key, in order. */
  async blockedBehind({ queue, position }: LeasedJob, limit: number): Promise<BlockedJob[]> {
    return position ? this.ordering.blockedBehind({ queue, ...position }, limit) : [];
  }

  /** Waits for the runs in progress; those that are aborted at the deadline are handed to other processes. */
  async beforeApplicationShutdown(): Promise<void> {
    this.ending ??= this.endRuns();
    await this.ending;
  }

  private async endRuns(): Promise<void> {
    const drained = Promise.all(this.workers.map((worker) => worker.drained()));
    if (await this.drain.waitWithinDeadline(drained)) return;
    for (const worker of this.workers) {
      const count = worker.abandon();
      if (count > 0)
        this.drain.recordLoss(`the results of ${count} run(s) of ${worker.queue}, which could not be recorded`);
    }
  }

  private workersOf(name: string): readonly QueueWorker[] {
    return this.workers.filter(({ queue }) => queue === name);
  }
}
