import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { JobWakeupsService } from './job-wakeups.service.js';
import { PgBossSql } from './pgboss.sql.js';

/** The job of a delivery in a queue. */
export interface DeliveryJob {
  readonly queue: string;
  readonly delivery: string;
}

/** Jobs that have not started yet. */
@Injectable()
export class WaitingJobsService {
  constructor(
    private readonly sql: PgBossSql,
    private readonly wakeups: JobWakeupsService,
  ) {}

  /**
   * Lets waiting jobs run now instead of at their next attempt or start time, in the caller's transaction; those behind
   * others with their ordering key keep their place. A parked job is deleted: a new one takes its place.
   *
   * @returns those that run by themselves, so that a further job would run the same twice
   */
  async moveUp(transaction: EntityManager, jobs: readonly DeliveryJob[]): Promise<DeliveryJob[]> {
    if (jobs.length === 0) return [];
    const waiting = await transaction.query<DeliveryJob[]>(this.sql.moveUp, [
      jobs.map(({ queue }) => queue),
      jobs.map(({ delivery }) => delivery),
    ]);
    for (const { queue } of waiting) this.wakeups.track(transaction, queue);
    return waiting;
  }

  /** Lets jobs that have not run yet run now instead of at their start time, in the caller's transaction. */
  async endWait(transaction: EntityManager, jobs: readonly DeliveryJob[]): Promise<void> {
    if (jobs.length === 0) return;
    const ended = await transaction.query<{ queue: string }[]>(this.sql.endWait, [
      jobs.map(({ queue }) => queue),
      jobs.map(({ delivery }) => delivery),
    ]);
    for (const { queue } of ended) this.wakeups.track(transaction, queue);
  }
}
