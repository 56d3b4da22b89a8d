import { Injectable } from '@nestjs/common';
import { type JobInsert } from 'pg-boss';
import { type EntityManager } from 'typeorm';
import { BossService } from './boss.service.js';
import { JobCommitsSubscriber } from './job-commits.subscriber.js';
import { jobIdOf } from './job-id.js';
import { withProducerSpans } from './job-spans.js';
import {
  type LineEntry,
  OrderingKeysRepository,
  type OrderingKeyOf,
} from './ordering/ordering-keys.repository.js';
import { type NewJob } from './queue.js';
import { transactionDatabase } from './transaction-database.js';

/** Jobs by their queue. */
export type JobsByQueue = ReadonlyMap<string, readonly NewJob[]>;

/** Puts jobs into their queues, or at the end of their lines. */
@Injectable()
export class JobWriterService {
  constructor(
    private readonly bosses: BossService,
    private readonly lines: OrderingKeysRepository,
    private readonly commits: JobCommitsSubscriber,
  ) {}

  /** Adds jobs in the caller's transaction: they exist once that commits, and never if it does not. */
  async add(transaction: EntityManager, jobs: JobsByQueue): Promise<void> {
    await withProducerSpans(jobs, (traced) => this.write(transaction, traced));
  }

  private async write(transaction: EntityManager, jobs: JobsByQueue): Promise<void> {
    const entries = [...jobs].flatMap(([queue, ofQueue]) => ofQueue.flatMap((job) => entryOf(queue, job)));
    if (entries.length > 0) {
      await this.lines.lock(transaction, entries);
      await this.lines.append(transaction, entries);
    }
    const inserts = new Map(
      [...jobs].map(([queue, ofQueue]) => [queue, ofQueue.filter(isFree).map(insertOf)] as const),
    );
    await this.insert(transaction, inserts);
    await this.promote(transaction, entries);
  }

  /** Gives the first job of each of these lines to its queue, where it is not there yet. The caller has them locked. */
  async promote(transaction: EntityManager, lines: readonly OrderingKeyOf[]): Promise<void> {
    if (lines.length === 0) return;
    const heads = await this.lines.takeHeads(transaction, lines);
    const byQueue = Map.groupBy(heads, ({ queue }) => queue);
    const inserts = [...byQueue].map(([queue, ofQueue]) => [queue, ofQueue.map(({ job }) => job)] as const);
    await this.insert(transaction, new Map(inserts));
  }

  /** As they are, lines or not; whoever waits for jobs of these queues is woken at the commit. */
  async insert(transaction: EntityManager, jobs: ReadonlyMap<string, readonly JobInsert[]>): Promise<void> {
    for (const [queue, ofQueue] of jobs) {
      if (ofQueue.length === 0) continue;
      await this.bosses.boss.insert(queue, ofQueue.map(identified), { db: transactionDatabase(transaction) });
      this.commits.note(transaction, queue);
    }
  }
}

function identified(job: JobInsert): JobInsert {
  const id = job.id ?? jobIdOf(job.data);
  return id === undefined ? job : { ...job, id };
}

function isFree({ line }: NewJob): boolean {
  return line === undefined;
}

function entryOf(queue: string, job: NewJob): LineEntry[] {
  const { line, data, priority = 0, waitSeconds = 0 } = job;
  return line === undefined ? [] : [{ queue, line, data, priority, waitSeconds }];
}

function insertOf({ data, priority = 0, waitSeconds = 0 }: NewJob): JobInsert {
  return {
    data,
    ...(priority !== 0 && { priority }),
    ...(waitSeconds > 0 && { startAfter: waitSeconds }),
  };
}
