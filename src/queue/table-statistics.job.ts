import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { PeriodicTask } from '../common/periodic-task.js';
import { Drain } from '../config/drain.js';
import { PgBossSql } from './pgboss.sql.js';

const INTERVAL_MS = 2000;

/**
 * The role `scheduler`: keeps PostgreSQL's statistics of the table of jobs current. Autovacuum runs once a minute at most;
 * until then a burst of jobs in an empty table counts as a few rows, and the planner sorts all of it for each fetch.
 */
@Injectable()
export class TableStatisticsJob {
  private readonly task: PeriodicTask;

  constructor(
    private readonly dataSource: DataSource,
    private readonly sql: PgBossSql,
    drain: Drain,
  ) {
    const run = async (): Promise<void> => this.analyze();
    this.task = new PeriodicTask({ name: 'queue statistics', intervalMs: INTERVAL_MS, run }, drain);
  }

  @Interval(INTERVAL_MS)
  async run(): Promise<void> {
    await this.task.tick();
  }

  private async analyze(): Promise<void> {
    const outdated = await this.dataSource.query<unknown[]>(this.sql.statisticsOutdated);
    if (outdated.length > 0) await this.dataSource.query(this.sql.analyzeJobs);
  }
}
