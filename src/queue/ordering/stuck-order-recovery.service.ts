import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { PeriodicTask } from '../../common/periodic-task.js';
import { Drain } from '../../config/drain.js';
import { JobWriterService } from '../job-writer.service.js';
import { OrderingKeysRepository } from './ordering-keys.repository.js';

const INTERVAL_MS = 5000;
const BATCH = 500;

/**
 * The role `scheduler`: unblocks ordering keys whose first job was ended by pg-boss itself, because a process died or
 * timed out in the job's last attempt.
 */
@Injectable()
export class StuckOrderRecovery {
  private readonly task: PeriodicTask;

  constructor(
    private readonly dataSource: DataSource,
    private readonly ordering: OrderingKeysRepository,
    private readonly jobs: JobWriterService,
    drain: Drain,
  ) {
    const run = async (): Promise<void> => this.recover();
    this.task = new PeriodicTask({ name: 'stuck order recovery', intervalMs: INTERVAL_MS, run }, drain);
  }

  @Interval(INTERVAL_MS)
  async run(): Promise<void> {
    await this.task.tick();
  }

  /** Reads again under the lock: a key may have been unblocked meanwhile. */
  private async recover(): Promise<void> {
    const found = await this.ordering.stuck(this.dataSource.manager, BATCH);
    if (found.length === 0) return;
    await this.dataSource.transaction(async (transaction) => {
      await this.ordering.lock(transaction, found);
      const stuck = await this.ordering.stuck(transaction, BATCH);
      const locked = new Set(found.map(({ queue, key }) => `${queue} ${key}`));
      const ours = stuck.filter(({ queue, key }) => locked.has(`${queue} ${key}`));
      await this.ordering.remove(transaction, ours);
      await this.jobs.unblock(transaction, ours);
    });
  }
}
