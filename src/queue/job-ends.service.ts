import { Injectable } from '@nestjs/common';
import { type JobInsert } from 'pg-boss';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { plainError } from '../common/serialize-error.js';
import { BossService } from './boss.service.js';
import { attemptsBefore, type HeldJob, isLastAttempt, placeOf, SPARE_RETRIES } from './held-job.js';
import { jobIdOf } from './job-id.js';
import { JobWriterService } from './job-writer.service.js';
import { LinesRepository, type PlaceOf } from './ordering/lines.repository.js';
import { type EndedRun, type RunRecorder } from './queue.js';
import { QUEUE_SCHEMA } from './queue-schema.js';
import { transactionDatabase } from './transaction-database.js';

/** The end of a job's run, to be booked. */
export interface Settlement {
  readonly job: HeldJob;
  readonly ended: EndedRun;
  readonly recorder?: RunRecorder<unknown>;
}

/** A job that was given to another process, or was ended by a time-out, is not ours any more. */
const STILL_OURS = `
  SELECT job.id FROM ${QUEUE_SCHEMA}.job
  JOIN unnest($1::text[], $2::uuid[], $3::int[]) AS held (name, id, retry_count) USING (name, id, retry_count)
  WHERE job.state = 'active' FOR UPDATE OF job`;

const NO_MORE_RETRIES = `UPDATE ${QUEUE_SCHEMA}.job SET retry_limit = retry_count WHERE name = $1 AND id = $2`;

/** Writes what became of jobs: all of a batch in one transaction, each only where this process still holds it. */
@Injectable()
export class JobEndsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly bosses: BossService,
    private readonly jobs: JobWriterService,
    private readonly lines: LinesRepository,
  ) {}

  /** @throws where nothing was written */
  async write(batch: readonly Settlement[]): Promise<void> {
    await this.dataSource.transaction(async (transaction) => {
      const ours = await this.stillOurs(transaction, batch);
      const places = ours.filter(endsForGood).flatMap(endedPlace);
      if (places.length > 0) await this.lines.lock(transaction, places);
      await this.record(transaction, ours);
      await this.finish(transaction, ours.filter(isDone));
      for (const settlement of ours) await this.end(transaction, settlement);
      if (places.length > 0) await this.goOn(transaction, places);
    });
  }

  private async stillOurs(
    transaction: EntityManager,
    batch: readonly Settlement[],
  ): Promise<readonly Settlement[]> {
    const rows = await transaction.query<{ id: string }[]>(STILL_OURS, [
      batch.map(({ job }) => job.queue),
      batch.map(({ job }) => job.id),
      batch.map(({ job }) => job.retryCount),
    ]);
    const ids = new Set(rows.map(({ id }) => id));
    return batch.filter(({ job }) => ids.has(job.id));
  }

  private async record(transaction: EntityManager, ours: readonly Settlement[]): Promise<void> {
    for (const [recorder, settlements] of Map.groupBy(ours, (each) => each.recorder)) {
      const records = settlements.map(({ ended }) => ended.record).filter((record) => record !== undefined);
      if (records.length > 0) await recorder?.(transaction, records);
    }
  }

  /** A job that is done leaves nothing in the queue. */
  private async finish(transaction: EntityManager, done: readonly Settlement[]): Promise<void> {
    const db = transactionDatabase(transaction);
    for (const [queue, ofQueue] of Map.groupBy(done, ({ job }) => job.queue))
      await this.bosses.boss.deleteJob(
        queue,
        ofQueue.map(({ job }) => job),
        { db },
      );
  }

  private async end(transaction: EntityManager, { job, ended: { end } }: Settlement): Promise<void> {
    if (end === 'done') return;
    if ('againInSeconds' in end) return this.again(transaction, job, end.againInSeconds);
    const failure = 'failure' in end ? end.failure : new Error(end.deadLetter);
    if ('deadLetter' in end || isLastAttempt(job))
      await transaction.query(NO_MORE_RETRIES, [job.queue, job.id]);
    const db = transactionDatabase(transaction);
    await this.bosses.boss.fail(job.queue, job, plainError(failure), { db }); // all that hangs on it is stored
  }

  /** pg-boss has no way to put a job off that uses up no attempt: a copy goes on for it. */
  private async again(transaction: EntityManager, job: HeldJob, seconds: number): Promise<void> {
    const copy: JobInsert & { id: string } = {
      id: jobIdOf(job.data) ?? uuid(),
      data: { ...job.data, attemptsBefore: attemptsBefore(job.data) + job.retryCount },
      startAfter: Math.ceil(seconds),
      retryLimit: Math.max(0, job.retryLimit - job.retryCount) + SPARE_RETRIES,
      priority: job.priority,
    };
    await this.bosses.boss.deleteJob(job.queue, job, { db: transactionDatabase(transaction) });
    await this.jobs.insert(transaction, new Map([[job.queue, [copy]]]));
    if (placeOf(job.data)) await this.lines.replaceJob(transaction, job.id, copy.id);
  }

  private async goOn(transaction: EntityManager, places: readonly PlaceOf[]): Promise<void> {
    await this.lines.leave(transaction, places);
    await this.jobs.promote(transaction, places);
  }
}

function isDone({ ended }: Settlement): boolean {
  return ended.end === 'done';
}

/** Whether the job is over: a failed attempt that is not the last one is not, nor is a job that is put off. */
function endsForGood({ job, ended: { end } }: Settlement): boolean {
  if (end === 'done' || 'deadLetter' in end) return true;
  return 'failure' in end && isLastAttempt(job);
}

function endedPlace({ job, ended: { upTo } }: Settlement): PlaceOf[] {
  const place = placeOf(job.data);
  return place ? [{ queue: job.queue, line: place.line, position: upTo ?? place.position }] : [];
}
