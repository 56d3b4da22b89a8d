import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { JobWriterService } from '../job-writer.service.js';
import { OrderingKeysRepository } from './ordering-keys.repository.js';

const INTERVAL_MS = 5000;
const BATCH = 500;

/**
 * The role `scheduler`: a line whose first job was ended by the queue itself goes on. That happens where a process
 * died, or overran its time-out, in a job's last attempt.
 */
@Injectable()
export class StuckOrderRecovery {
  private readonly logger = new Logger(StuckOrderRecovery.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly lines: OrderingKeysRepository,
    private readonly jobs: JobWriterService,
  ) {}

  /** Looks for such lines. What the first look finds may go on by itself meanwhile; the one under the lock decides. */
  @Interval(INTERVAL_MS)
  async run(): Promise<void> {
    try {
      const found = await this.lines.stuck(this.dataSource.manager, BATCH);
      if (found.length === 0) return;
      await this.dataSource.transaction(async (transaction) => {
        await this.lines.lock(transaction, found);
        const stuck = await this.lines.stuck(transaction, BATCH);
        const locked = new Set(found.map(({ queue, line }) => `${queue} ${line}`));
        const ours = stuck.filter(({ queue, line }) => locked.has(`${queue} ${line}`));
        await this.lines.leave(transaction, ours);
        await this.jobs.promote(transaction, ours);
      });
    } catch (error) {
      this.logger.error({ msg: 'stuck lines could not be looked for; the next look goes on', err: error });
    }
  }
}
