import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BossService } from './boss.service.js';
import { LinesRepository } from './lines.repository.js';
import { deadLetterQueueOf, type QueueLevel } from './queue.js';
import { QUEUE_SCHEMA } from './queue-schema.js';

const OLDEST_WAITING = `
  SELECT extract(epoch FROM now() - min(job.start_after))::float8 AS seconds
  FROM ${QUEUE_SCHEMA}.job JOIN ${QUEUE_SCHEMA}.queue USING (name)
  WHERE job.state IN ('created', 'retry') AND queue.dead_letter IS NOT NULL`;

/** Knows how full the queues are. */
@Injectable()
export class QueueLevelsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly bosses: BossService,
    private readonly lines: LinesRepository,
  ) {}

  /** How full each queue is, as counted within the last seconds. */
  async levels(): Promise<QueueLevel[]> {
    const queues = await this.bosses.boss.getQueues();
    const inLine = await this.lines.waitingByQueue();
    const byName = new Map(queues.map((queue) => [queue.name, queue]));
    const working = queues.filter(({ deadLetter }) => deadLetter);
    return working.map(({ name, readyCount, deferredCount, activeCount }) => ({
      handler: name,
      waiting: readyCount,
      delayed: deferredCount,
      active: activeCount,
      inLine: inLine.get(name) ?? 0,
      deadLetters: byName.get(deadLetterQueueOf(name))?.queuedCount ?? 0,
    }));
  }

  /** How long the job has waited that waits longest and could be taken now, seconds; 0 where none does. */
  async oldestWaitingSeconds(): Promise<number> {
    const [row] = await this.dataSource.query<{ seconds: number | null }[]>(OLDEST_WAITING);
    return Math.max(0, row?.seconds ?? 0);
  }
}
