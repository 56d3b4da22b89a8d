import { Injectable } from '@nestjs/common';
import { type JobInsert } from 'pg-boss';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { plainError } from '../common/serialize-error.js';
import { BossService } from './boss.service.js';
import { attemptsBefore, type LeasedJob, isLastAttempt, placeOf, CRASH_RETRIES } from './leased-job.js';
import { jobIdOf } from './job-id.js';
import { JobWriterService } from './job-writer.service.js';
import { OrderingKeysRepository, type PositionOf } from './ordering/ordering-keys.repository.js';
import { type RunResult, type RunRecorder } from './queue.js';
import { QUEUE_SCHEMA } from './queue-schema.js';
import { transactionDatabase } from './transaction-database.js';

/** The end of a job's run, to be booked. */
export interface JobCompletion {
  readonly job: LeasedJob;
  readonly ended: RunResult;
  readonly recorder?: RunRecorder<unknown>;
}

/** A job that was given to another process, or was ended by a time-out, is not ours any more. */
const STILL_LEASED = `
  SELECT job.id FROM ${QUEUE_SCHEMA}.job
  JOIN unnest($1::text[], $2::uuid[], $3::int[]) AS held (name, id, retry_count) USING (name, id, retry_count)
  WHERE job.state = 'active' FOR UPDATE OF job`;

const NO_MORE_RETRIES = `UPDATE ${QUEUE_SCHEMA}.job SET retry_limit = retry_count WHERE name = $1 AND id = $2`;

/** Writes what became of jobs: all of a batch in one transaction, each only where this process still holds it. */
@Injectable()
export class JobCompletions {
  constructor(
    private readonly dataSource: DataSource,
    private readonly bosses: BossService,
    private readonly jobs: JobWriterService,
    private readonly lines: OrderingKeysRepository,
  ) {}

  /** @throws where nothing was written */
  async write(batch: readonly JobCompletion[]): Promise<void> {
    await this.dataSource.transaction(async (transaction) => {
      const ours = await this.stillLeased(transaction, batch);
      const places = ours.filter(endsForGood).flatMap(endedPlace);
      if (places.length > 0) await this.lines.lock(transaction, places);
      await this.record(transaction, ours);
      await this.finish(transaction, ours.filter(isDone));
      for (const settlement of ours) await this.end(transaction, settlement);
      if (places.length > 0) await this.unblockNext(transaction, places);
    });
  }

  private async stillLeased(
    transaction: EntityManager,
    batch: readonly JobCompletion[],
  ): Promise<readonly JobCompletion[]> {
    const rows = await transaction.query<{ id: string }[]>(STILL_LEASED, [
      batch.map(({ job }) => job.queue),
      batch.map(({ job }) => job.id),
      batch.map(({ job }) => job.retryCount),
    ]);
    const ids = new Set(rows.map(({ id }) => id));
    return batch.filter(({ job }) => ids.has(job.id));
  }

  private async record(transaction: EntityManager, ours: readonly JobCompletion[]): Promise<void> {
    for (const [recorder, settlements] of Map.groupBy(ours, (each) => each.recorder)) {
      const records = settlements.map(({ ended }) => ended.record).filter((record) => record !== undefined);
      if (records.length > 0) await recorder?.(transaction, records);
    }
  }

  /** A job that is done leaves nothing in the queue. */
  private async finish(transaction: EntityManager, done: readonly JobCompletion[]): Promise<void> {
    const db = transactionDatabase(transaction);
    for (const [queue, ofQueue] of Map.groupBy(done, ({ job }) => job.queue))
      await this.bosses.boss.deleteJob(
        queue,
        ofQueue.map(({ job }) => job),
        { db },
      );
  }

  private async end(transaction: EntityManager, { job, ended: { end } }: JobCompletion): Promise<void> {
    if (end === 'done') return;
    if ('againInSeconds' in end) return this.again(transaction, job, end.againInSeconds);
    const failure = 'failure' in end ? end.failure : new Error(end.deadLetter);
    if ('deadLetter' in end || isLastAttempt(job))
      await transaction.query(NO_MORE_RETRIES, [job.queue, job.id]);
    const db = transactionDatabase(transaction);
    await this.bosses.boss.fail(job.queue, job, plainError(failure), { db }); // all that hangs on it is stored
  }

  /** pg-boss has no way to put a job off that uses up no attempt: a copy goes on for it. */
  private async again(transaction: EntityManager, job: LeasedJob, seconds: number): Promise<void> {
    const copy: JobInsert & { id: string } = {
      id: jobIdOf(job.data) ?? uuid(),
      data: { ...job.data, attemptsBefore: attemptsBefore(job.data) + job.retryCount },
      startAfter: Math.ceil(seconds),
      retryLimit: Math.max(0, job.retryLimit - job.retryCount) + CRASH_RETRIES,
      priority: job.priority,
    };
    await this.bosses.boss.deleteJob(job.queue, job, { db: transactionDatabase(transaction) });
    await this.jobs.insert(transaction, new Map([[job.queue, [copy]]]));
    if (placeOf(job.data)) await this.lines.replaceJob(transaction, job.id, copy.id);
  }

  private async unblockNext(transaction: EntityManager, places: readonly PositionOf[]): Promise<void> {
    await this.lines.leave(transaction, places);
    await this.jobs.promote(transaction, places);
  }
}

function isDone({ ended }: JobCompletion): boolean {
  return ended.end === 'done';
}

/** Whether the job is over: a failed attempt that is not the last one is not, nor is a job that is put off. */
function endsForGood({ job, ended: { end } }: JobCompletion): boolean {
  if (end === 'done' || 'deadLetter' in end) return true;
  return 'failure' in end && isLastAttempt(job);
}

function endedPlace({ job, ended: { upTo } }: JobCompletion): PositionOf[] {
  const place = placeOf(job.data);
  return place ? [{ queue: job.queue, line: place.line, position: upTo ?? place.position }] : [];
}
