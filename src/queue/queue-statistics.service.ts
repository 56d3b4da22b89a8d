import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { JOB_TABLE } from './queue-schema.js';

const INTERVAL_MS = 2000;
/** Fewer changed rows than this do no harm, whatever PostgreSQL takes the table for. */
const LEAST_CHANGES = 5000;

const OUT_OF_DATE = `
  SELECT 1 FROM pg_stat_user_tables AS stat JOIN pg_class AS class ON class.oid = stat.relid
  WHERE stat.relid = '${JOB_TABLE}'::regclass
    AND stat.n_mod_since_analyze > greatest(${LEAST_CHANGES}, 2 * class.reltuples)`;

/**
 * The role `scheduler`: PostgreSQL knows how many jobs there are. It counts them once a minute at the soonest; until
 * then it takes a burst that came into an empty table for a handful, and sorts all of it for each job that is taken.
 */
@Injectable()
export class QueueStatisticsService {
  private readonly logger = new Logger(QueueStatisticsService.name);

  constructor(private readonly dataSource: DataSource) {}

  /** Has the table of jobs counted where most of it is new. */
  @Interval(INTERVAL_MS)
  async run(): Promise<void> {
    try {
      const found = await this.dataSource.query<unknown[]>(OUT_OF_DATE);
      if (found.length > 0) await this.dataSource.query(`ANALYZE (SKIP_LOCKED) ${JOB_TABLE}`);
    } catch (error) {
      this.logger.error({ msg: 'the queue could not be looked at; the next look goes on', err: error });
    }
  }
}
