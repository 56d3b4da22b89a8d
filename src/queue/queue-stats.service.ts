import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OLDEST_WAITING, QUEUE_STATS } from './pgboss.sql.js';
import { type QueueStats } from './queue.js';

/** How long the oldest waiting job of a queue has waited. */
export interface OldestWaiting {
  readonly handler: string;
  /** 0 if no job could run now. */
  readonly seconds: number;
}

/** Counts the jobs of the queues. */
@Injectable()
export class QueueStatsService {
  constructor(private readonly dataSource: DataSource) {}

  /** The counts of each queue, by name. */
  async all(): Promise<QueueStats[]> {
    return this.dataSource.query(QUEUE_STATS);
  }

  /** How long the oldest job of each queue that could run now has waited. */
  async oldestWaiting(): Promise<OldestWaiting[]> {
    return this.dataSource.query(OLDEST_WAITING);
  }

  /** Seconds that the oldest waiting job of all has waited; 0 if none waits. */
  async oldestWaitingSeconds(): Promise<number> {
    return longest(await this.oldestWaiting());
  }
}

/** The longest of these waits, seconds; 0 if no job waits. */
export function longest(waits: readonly OldestWaiting[]): number {
  return Math.max(0, ...waits.map(({ seconds }) => seconds));
}
