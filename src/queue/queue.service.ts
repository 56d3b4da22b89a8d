import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { type JobInsert, type JobResult, type JobWithMetadata, PgBoss } from 'pg-boss';
import { DataSource, type EntityManager } from 'typeorm';
import { v5 as uuid } from 'uuid';
import { plainError } from '../common/serialize-error.js';
import { Throttle } from '../common/throttle.js';
import { HangarConfig } from '../config/hangar-config.js';
import { type Awaited, parkJob, takeParkedJobs } from './parked-jobs.js';
import { oldQueueSchema } from './queue.errors.js';
import {
  deadLetterQueueOf,
  type JobEnd,
  type QueuedJob,
  type QueueLevel,
  type QueueSettings,
} from './queue.js';
import { QUEUE_SCHEMA } from './queue-schema.js';
import { transactionDatabase } from './transaction-database.js';

/** How soon the work of a process that died is given to another: a missed heartbeat, seen by the next pass. */
const HEARTBEAT_SECONDS = 10;
const SUPERVISE_SECONDS = 5;
/** Retries fall due with nobody to notify of it, so they wait for the next poll. */
const POLL_SECONDS = 1;
const WORKER = {
  includeMetadata: true,
  perJobResults: true,
  batchSize: 1,
  pollingIntervalSeconds: POLL_SECONDS,
  notifyPollingIntervalSeconds: POLL_SECONDS,
} as const;
/** While the database is away pg-boss complains several times a second. */
const QUIET_MS = 5000;
const STOP_TIMEOUT_MS = 20_000;
const MAX_RETRY_DELAY_SECONDS = 3600;
const OLDEST_WAITING = `
  SELECT extract(epoch FROM now() - min(job.start_after))::float8 AS seconds
  FROM ${QUEUE_SCHEMA}.job JOIN ${QUEUE_SCHEMA}.queue USING (name)
  WHERE job.state IN ('created', 'retry') AND queue.dead_letter IS NOT NULL`;

/** Lets a handler's own time-out speak before pg-boss gives its job away. */
const EXPIRY_MARGIN_SECONDS = 15;

/** Durable queues on our own PostgreSQL: jobs join the caller's transaction, failures end in a dead-letter queue. */
@Injectable()
export class QueueService implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger(QueueService.name);
  private readonly boss: PgBoss;
  private readonly troubles = new Throttle(QUIET_MS);
  private running = false;

  constructor(
    config: HangarConfig,
    private readonly dataSource: DataSource,
  ) {
    this.boss = new PgBoss({
      connectionString: config.databaseUrl?.reveal() ?? '',
      schema: QUEUE_SCHEMA,
      application_name: 'hangar queue',
      migrate: false,
      createSchema: false,
      useListenNotify: true,
      superviseIntervalSeconds: SUPERVISE_SECONDS,
      monitorIntervalSeconds: SUPERVISE_SECONDS,
      schedule: false,
    });
    this.boss.on('error', (error) => {
      if (this.troubles.lets()) this.logger.error({ msg: 'queue trouble', err: error });
    });
    this.boss.on('warning', ({ message }) => this.logger.warn(message));
  }

  async onModuleInit(): Promise<void> {
    await this.boss.start().catch((error: unknown) => {
      throw oldQueueSchema(error);
    });
    this.running = true;
  }

  /** Whether jobs can be taken and given. */
  isRunning(): boolean {
    return this.running;
  }

  /** Makes the queue and its dead-letter queue, or brings their retry, expiry and retention up to date. */
  async declare(name: string, settings: QueueSettings): Promise<void> {
    const deadLetter = deadLetterQueueOf(name);
    const options = {
      retryLimit: settings.retryLimit,
      retryDelay: settings.retryDelaySeconds,
      retryBackoff: settings.backoff,
      expireInSeconds: settings.timeoutSeconds + EXPIRY_MARGIN_SECONDS,
      deleteAfterSeconds: settings.keepSeconds,
      retentionSeconds: settings.keepSeconds,
    };
    await this.boss.createQueue(deadLetter, { retentionSeconds: settings.keepSeconds });
    await this.boss.createQueue(name, {
      ...options,
      ...(settings.backoff && { retryDelayMax: MAX_RETRY_DELAY_SECONDS }),
      heartbeatSeconds: HEARTBEAT_SECONDS,
      notify: true,
      deadLetter,
    });
    await this.boss.updateQueue(name, options);
    await this.boss.updateQueue(deadLetter, { retentionSeconds: settings.keepSeconds });
  }

  /** Adds jobs in the caller's transaction: they exist once that commits, and never if it does not. */
  async enqueue(transaction: EntityManager, name: string, data: readonly object[]): Promise<void> {
    const jobs = data.map((each) => ({ data: each }));
    await this.boss.insert(name, jobs, { db: transactionDatabase(transaction) });
  }

  /** Sets a job that was taken aside until what it waits for comes; its run then ends as if it were done. */
  async park(name: string, job: QueuedJob<object>, awaits: Awaited): Promise<void> {
    await parkJob(this.dataSource.manager, { id: job.id, queue: name, data: job.data }, awaits);
  }

  /** Gives the jobs that waited for this back to their queues, in the caller's transaction. Resolves with how many. */
  async unpark(transaction: EntityManager, awaits: Awaited): Promise<number> {
    let count = 0;
    for (const [name, jobs] of await takeParkedJobs(transaction, awaits)) {
      await this.enqueue(transaction, name, jobs);
      count += jobs.length;
    }
    return count;
  }

  /**
   * Hands the queue's jobs to `run`, at most `concurrency` at once in this process. A rejection is a
   * failed attempt. `job.signal` is aborted when the job is taken away from this process.
   */
  async work<T extends object>(
    name: string,
    concurrency: number,
    run: (job: QueuedJob<T>) => Promise<JobEnd>,
  ): Promise<void> {
    for (let worker = 0; worker < concurrency; worker += 1) await this.worker(name, run);
  }

  /** One job at a time; looks for the next one as soon as it is done, and sleeps only when there is none. */
  private async worker<T extends object>(
    name: string,
    run: (job: QueuedJob<T>) => Promise<JobEnd>,
  ): Promise<void> {
    const id = await this.boss.work<T, void, typeof WORKER>(name, WORKER, async ([job]) => {
      if (!job) return [];
      try {
        const end = await run({ ...attemptOf(job), data: job.data, signal: job.signal });
        return [await this.resultOf(job, end)];
      } catch (error) {
        throw plainError(error); // pg-boss stores all that hangs on it
      } finally {
        this.boss.notifyWorker(id);
      }
    });
  }

  private async resultOf(job: JobWithMetadata, end: JobEnd): Promise<JobResult> {
    const { id } = job;
    if (end === 'done') return { id, status: 'completed' };
    if ('deadLetter' in end) return { id, status: 'deadletter', output: { message: end.deadLetter } };
    await this.boss.insert(job.name, [laterCopyOf(job, end.againInSeconds)]);
    return { id, status: 'completed' };
  }

  /** Gives these jobs of a dead-letter queue back to the queue that they came from. Resolves with how many. */
  async redrive(deadLetterQueue: string, ids: string[]): Promise<number> {
    return this.boss.redrive(deadLetterQueue, { ids, limit: ids.length });
  }

  /** How full each queue is, as counted within the last seconds. */
  async levels(): Promise<QueueLevel[]> {
    const queues = await this.boss.getQueues();
    const byName = new Map(queues.map((queue) => [queue.name, queue]));
    const working = queues.filter(({ deadLetter }) => deadLetter);
    return working.map(({ name, readyCount, deferredCount, activeCount }) => ({
      handler: name,
      waiting: readyCount,
      delayed: deferredCount,
      active: activeCount,
      deadLetters: byName.get(deadLetterQueueOf(name))?.queuedCount ?? 0,
    }));
  }

  /** How long the job has waited that waits longest and could be taken now, seconds; 0 where none does. */
  async oldestWaitingSeconds(): Promise<number> {
    const [row] = await this.dataSource.query<{ seconds: number | null }[]>(OLDEST_WAITING);
    return Math.max(0, row?.seconds ?? 0);
  }

  /** Takes nothing new and waits for what is running. */
  async beforeApplicationShutdown(): Promise<void> {
    this.running = false;
    await this.boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS, close: false });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.boss.stop({ graceful: false, close: true });
  }
}

function attemptOf(job: JobWithMetadata): { id: string; attempt: number; lastAttempt: boolean } {
  const attempt = attemptsBefore(job) + job.retryCount + 1;
  return { id: job.id, attempt, lastAttempt: job.retryCount >= job.retryLimit };
}

/** Failed attempts of the jobs that this one goes on for. */
function attemptsBefore({ data }: JobWithMetadata): number {
  return 'attemptsBefore' in data && typeof data.attemptsBefore === 'number' ? data.attemptsBefore : 0;
}

/** Its id follows from the job's, so that a process that dies between the copy and the job's end makes no second one. */
function laterCopyOf(job: JobWithMetadata, seconds: number): JobInsert {
  return {
    id: uuid('later', job.id),
    data: { ...job.data, attemptsBefore: attemptsBefore(job) + job.retryCount },
    startAfter: seconds,
    retryLimit: job.retryLimit - job.retryCount,
  };
}
