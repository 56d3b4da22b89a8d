import { Injectable } from '@nestjs/common';
import { type JobInsert } from 'pg-boss';
import { type EntityManager } from 'typeorm';
import { BossService } from './boss.service.js';
import { JobWakeupsService } from './job-wakeups.service.js';
import { jobIdOf } from './job-id.js';
import { withProducerSpans } from './job-spans.js';
import { type OrderedJob, OrderingKeysRepository, type QueueOrderingKey } from './ordering/ordering-keys.repository.js';
import { type JobsByQueue, type NewJob } from './queue.js';
import { transactionDatabase } from './transaction-database.js';

/** Adds jobs to their queues; one that is blocked by its ordering key is added once it is the first. */
@Injectable()
export class JobWriterService {
  constructor(
    private readonly bosses: BossService,
    private readonly ordering: OrderingKeysRepository,
    private readonly wakeups: JobWakeupsService,
  ) {}

  /** Adds jobs in the caller's transaction: they exist once it commits, and never if it does not. */
  async add(transaction: EntityManager, jobs: JobsByQueue): Promise<void> {
    await withProducerSpans(jobs, (traced) => this.write(transaction, traced));
  }

  private async write(transaction: EntityManager, jobs: JobsByQueue): Promise<void> {
    const ordered = [...jobs].flatMap(([queue, ofQueue]) => ofQueue.flatMap((job) => orderedJob(queue, job)));
    if (ordered.length > 0) {
      await this.ordering.lock(transaction, ordered);
      await this.ordering.append(transaction, ordered);
    }
    const inserts = new Map(
      [...jobs].map(([queue, ofQueue]) => [queue, ofQueue.filter(isUnordered).map(insertOf)] as const),
    );
    await this.insert(transaction, inserts);
    await this.unblock(transaction, ordered);
  }

  /** Adds the first job of each ordering key to its queue, unless it is there. The caller has locked the keys. */
  async unblock(transaction: EntityManager, keys: readonly QueueOrderingKey[]): Promise<void> {
    if (keys.length === 0) return;
    const heads = await this.ordering.takeHeads(transaction, keys);
    const byQueue = Map.groupBy(heads, ({ queue }) => queue);
    const inserts = [...byQueue].map(([queue, ofQueue]) => [queue, ofQueue.map(({ job }) => job)] as const);
    await this.insert(transaction, new Map(inserts));
  }

  /** Inserts jobs without regard to ordering keys; the workers of their queues are woken at the commit. */
  async insert(transaction: EntityManager, jobs: ReadonlyMap<string, readonly JobInsert[]>): Promise<void> {
    for (const [queue, ofQueue] of jobs) {
      if (ofQueue.length === 0) continue;
      await this.bosses.boss.insert(queue, ofQueue.map(withId), { db: transactionDatabase(transaction) });
      this.wakeups.track(transaction, queue);
    }
  }
}

function withId(job: JobInsert): JobInsert {
  const id = job.id ?? jobIdOf(job.data);
  return id === undefined ? job : { ...job, id };
}

function isUnordered({ orderingKey }: NewJob): boolean {
  return orderingKey === undefined;
}

function orderedJob(queue: string, job: NewJob): OrderedJob[] {
  const { orderingKey: key, data, priority = 0, waitSeconds = 0 } = job;
  return key === undefined ? [] : [{ queue, key, data, priority, waitSeconds }];
}

function insertOf({ data, priority = 0, waitSeconds = 0 }: NewJob): JobInsert {
  return {
    data,
    ...(priority !== 0 && { priority }),
    ...(waitSeconds > 0 && { startAfter: waitSeconds }),
  };
}
