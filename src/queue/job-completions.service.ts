import { Injectable } from '@nestjs/common';
import { type JobInsert } from 'pg-boss';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { ownFramesOf } from '../common/own-frames.js';
import { plainError } from '../common/serialize-error.js';
import { BossService } from './boss.service.js';
import { jobIdOf } from './job-id.js';
import { endsJob, fateOf, lastPositionOf } from './job-policy.js';
import { JobWriterService } from './job-writer.service.js';
import { CRASH_RETRIES, type LeasedJob } from './leased-job.js';
import { OrderingKeysRepository, type QueuePosition } from './ordering/ordering-keys.repository.js';
import { PgBossSql } from './pgboss.sql.js';
import { type RunRecorder, type RunResult } from './queue.js';
import { transactionDatabase } from './transaction-database.js';

/** A job whose run has ended, to be recorded. */
export interface JobCompletion {
  readonly job: LeasedJob;
  readonly result: RunResult;
  readonly recorder?: RunRecorder<unknown>;
}

/** Records run results: those of a batch in one transaction, each only if this process still has the lease. */
@Injectable()
export class JobCompletions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly bosses: BossService,
    private readonly jobs: JobWriterService,
    private readonly ordering: OrderingKeysRepository,
    private readonly sql: PgBossSql,
  ) {}

  /** @throws where nothing was written */
  async write(batch: readonly JobCompletion[]): Promise<void> {
    await this.dataSource.transaction(async (transaction) => {
      const leased = await this.stillLeased(transaction, batch);
      const positions = leased.filter(({ job, result }) => endsJob(job, result)).flatMap(lastPosition);
      if (positions.length > 0) await this.ordering.lock(transaction, positions);
      await this.record(transaction, leased);
      await this.deleteDone(transaction, leased.filter(isDone));
      for (const completion of leased) if (!isDone(completion)) await this.delayOrFail(transaction, completion);
      if (positions.length > 0) {
        await this.ordering.remove(transaction, positions);
        await this.jobs.unblock(transaction, positions);
      }
    });
  }

  private async stillLeased(
    transaction: EntityManager,
    batch: readonly JobCompletion[],
  ): Promise<readonly JobCompletion[]> {
    const rows = await transaction.query<{ id: string }[]>(this.sql.lockStillLeased, [
      batch.map(({ job }) => job.queue),
      batch.map(({ job }) => job.id),
      batch.map(({ job }) => job.retryCount),
    ]);
    const ids = new Set(rows.map(({ id }) => id));
    return batch.filter(({ job }) => ids.has(job.id));
  }

  private async record(transaction: EntityManager, completions: readonly JobCompletion[]): Promise<void> {
    for (const [recorder, ofRecorder] of Map.groupBy(completions, (each) => each.recorder)) {
      const records = ofRecorder.map(({ result }) => result.record).filter((record) => record !== undefined);
      if (records.length > 0) await recorder?.(transaction, records);
    }
  }

  private async deleteDone(transaction: EntityManager, done: readonly JobCompletion[]): Promise<void> {
    const db = transactionDatabase(transaction);
    for (const [queue, ofQueue] of Map.groupBy(done, ({ job }) => job.queue)) {
      const jobs = ofQueue.map(({ job }) => job);
      await this.bosses.boss.deleteJob(queue, jobs, { db });
    }
  }

  private async delayOrFail(transaction: EntityManager, { job, result }: JobCompletion): Promise<void> {
    const fate = fateOf(job, result);
    if (fate === 'delayed') return this.delay(transaction, job, result.delaySeconds ?? 0);
    if (fate === 'dead_lettered') await transaction.query(this.sql.preventRetries, [job.queue, job.id]);
    const error = plainError('error' in result ? result.error : new Error(result.reason));
    const stored = Object.assign(error, { frames: ownFramesOf(result.error) }); // pg-boss stores all its properties
    await this.bosses.boss.fail(job.queue, job, stored, { db: transactionDatabase(transaction) });
  }

  /** pg-boss cannot delay a job without using up an attempt: a copy takes its place. */
  private async delay(transaction: EntityManager, job: LeasedJob, seconds: number): Promise<void> {
    const copy: JobInsert & { id: string } = {
      id: jobIdOf(job.data) ?? uuid(),
      data: { ...job.data, attemptsBefore: job.attempt - 1, again: true },
      startAfter: Math.ceil(seconds),
      retryLimit: Math.max(0, job.retryLimit - job.retryCount) + CRASH_RETRIES,
      priority: job.priority,
    };
    await this.bosses.boss.deleteJob(job.queue, job, { db: transactionDatabase(transaction) });
    await this.jobs.insert(transaction, new Map([[job.queue, [copy]]]));
    if (job.position) await this.ordering.replaceJob(transaction, job.id, copy.id);
  }
}

function isDone({ job, result }: JobCompletion): boolean {
  return fateOf(job, result) === 'done';
}

function lastPosition({ job, result }: JobCompletion): QueuePosition[] {
  const position = lastPositionOf(job, result);
  return job.position && position !== undefined ? [{ queue: job.queue, key: job.position.key, position }] : [];
}
