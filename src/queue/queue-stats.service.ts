import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type QueueStats } from './queue.js';
import { QUEUE_SCHEMA } from './queue-schema.js';

/** Only what is not over is counted, along pg-boss's own indexes of it. */
const LEVELS = `
  SELECT queue.name AS handler, coalesce(jobs.waiting, 0) AS waiting, coalesce(jobs.delayed, 0) AS delayed,
         coalesce(jobs.active, 0) AS active, coalesce(letters.count, 0) AS "deadLetters",
         (SELECT count(*)::int FROM queue_lines WHERE queue = queue.name AND job_id IS NULL) AS "blocked",
         (SELECT count(*)::int FROM parked_jobs WHERE parked_jobs.queue = queue.name) AS parked
  FROM ${QUEUE_SCHEMA}.queue
  LEFT JOIN (
    SELECT name, (count(*) FILTER (WHERE state = 'active'))::int AS active,
           (count(*) FILTER (WHERE state < 'active' AND start_after <= now()))::int AS waiting,
           (count(*) FILTER (WHERE state < 'active' AND start_after > now()))::int AS delayed
    FROM ${QUEUE_SCHEMA}.job WHERE state < 'completed' GROUP BY name) AS jobs ON jobs.name = queue.name
  LEFT JOIN (
    SELECT name, count(*)::int FROM ${QUEUE_SCHEMA}.job WHERE state = 'created' GROUP BY name
  ) AS letters ON letters.name = queue.dead_letter
  WHERE queue.dead_letter IS NOT NULL ORDER BY queue.name`;

const OLDEST_WAITING = `
  SELECT queue.name AS handler, greatest(0, extract(epoch FROM now() - min(job.start_after)))::float8 AS seconds
  FROM ${QUEUE_SCHEMA}.queue
  LEFT JOIN ${QUEUE_SCHEMA}.job ON job.name = queue.name AND job.state IN ('created', 'retry')
  WHERE queue.dead_letter IS NOT NULL GROUP BY queue.name`;

/** How long the job of a queue has waited that waits longest. */
export interface OldestWaiting {
  readonly handler: string;
  /** 0 where none could be taken now. */
  readonly seconds: number;
}

/** Knows how full the queues are. */
@Injectable()
export class QueueStatsService {
  constructor(private readonly dataSource: DataSource) {}

  /** How full each queue is now, by name. */
  async all(): Promise<QueueStats[]> {
    return this.dataSource.query(LEVELS);
  }

  /** How long the job of each queue has waited that waits longest and could be taken now. */
  async oldestWaiting(): Promise<OldestWaiting[]> {
    return this.dataSource.query(OLDEST_WAITING);
  }

  /** How long the job has waited that waits longest of all, seconds; 0 where none does. */
  async oldestWaitingSeconds(): Promise<number> {
    return longest(await this.oldestWaiting());
  }
}

/** The longest of these waits, seconds; 0 where no job waits. */
export function longest(waits: readonly OldestWaiting[]): number {
  return Math.max(0, ...waits.map(({ seconds }) => seconds));
}
