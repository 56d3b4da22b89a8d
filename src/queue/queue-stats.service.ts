import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { DataSource } from 'typeorm';
import { SingleFlight } from '../common/single-flight.js';
import { serverConfig } from '../config/areas/server.config.js';
import { MetricsService, type Reading } from '../observability/metrics.service.js';
import { PgBossSql } from './pgboss.sql.js';
import { type QueueStats } from './queue.js';

/** How long the oldest waiting job of a queue has waited. */
interface OldestWaiting {
  readonly handler: string;
  /** 0 if no job could run now. */
  readonly seconds: number;
}

/** Jobs of a queue that are due much later. */
export interface LateJobs {
  readonly handler: string;
  readonly jobs: number;
  /** When the last of them is due, as PostgreSQL prints it. */
  readonly last: string;
}

/** Counts the jobs of the queues. The role `scheduler` exports the counts as metrics. */
@Injectable()
export class QueueStatsService {
  constructor(
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
    private readonly metrics: MetricsService,
    private readonly dataSource: DataSource,
    private readonly sql: PgBossSql,
  ) {
    if (config.roles.includes('scheduler')) this.export();
  }

  /** The counts of each queue, by name. */
  async all(): Promise<QueueStats[]> {
    return this.dataSource.query(this.sql.queueStats);
  }

  /** The queues with jobs that are due later than in so many seconds. */
  async dueAfter(seconds: number): Promise<LateJobs[]> {
    return this.dataSource.query(this.sql.dueAfter, [seconds]);
  }

  /** How long the oldest job of each queue that could run now has waited. */
  async oldestWaiting(): Promise<OldestWaiting[]> {
    return this.dataSource.query(this.sql.oldestWaiting);
  }

  /** Seconds that the oldest waiting job of all has waited; 0 if none waits. */
  async oldestWaitingSeconds(): Promise<number> {
    return longest(await this.oldestWaiting());
  }

  /** One query for all gauges of one scrape. */
  private export(): void {
    const stats = new SingleFlight(() => this.all(), Number.POSITIVE_INFINITY);
    const oldest = new SingleFlight(() => this.oldestWaiting(), Number.POSITIVE_INFINITY);
    this.metrics.gauge('hangar_queue_jobs', 'Jobs by handler and state.', async () =>
      (await stats.run()).flatMap(jobsOf),
    );
    this.metrics.gauge('hangar_dead_letters', 'Dead letters by handler.', async () =>
      (await stats.run()).map(({ handler, deadLetters }) => ({
        value: deadLetters,
        labels: { handler },
      })),
    );
    this.metrics.gauge('hangar_oldest_waiting_seconds', 'How long the oldest waiting job has waited.', async () => [
      { value: longest(await oldest.run()) },
    ]);
    this.metrics.gauge(
      'hangar_handler_oldest_waiting_seconds',
      'How long the oldest waiting job of a handler has waited.',
      async () => (await oldest.run()).map(({ handler, seconds }) => ({ value: seconds, labels: { handler } })),
    );
  }
}

/** The longest of these waits, seconds; 0 if no job waits. */
function longest(waits: readonly OldestWaiting[]): number {
  return Math.max(0, ...waits.map(({ seconds }) => seconds));
}

function jobsOf({ handler, waiting, delayed, active, blocked, parked }: QueueStats): Reading[] {
  return Object.entries({ waiting, delayed, active, in_line: blocked, parked }).map(([state, value]) => ({
    value,
    labels: { handler, state },
  }));
}
