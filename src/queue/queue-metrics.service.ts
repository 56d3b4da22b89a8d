import { Injectable } from '@nestjs/common';
import { SharedQuestion } from '../common/shared-question.js';
import { HangarConfig } from '../config/hangar-config.js';
import { MetricsService, type Reading } from '../observability/metrics.service.js';
import { type QueueLevel } from './queue.js';
import { longest, QueueLevelsService } from './queue-levels.service.js';

/** Tells how full the queues are. The role `scheduler` alone asks, and once a scrape for gauges that tell the same. */
@Injectable()
export class QueueMetricsService {
  constructor(config: HangarConfig, metrics: MetricsService, queues: QueueLevelsService) {
    if (!config.roles.includes('scheduler')) return;
    const levels = new SharedQuestion(() => queues.levels(), Number.POSITIVE_INFINITY);
    const oldest = new SharedQuestion(() => queues.oldestWaiting(), Number.POSITIVE_INFINITY);
    metrics.gauge('hangar_queue_jobs', 'Jobs by handler and state.', async () =>
      (await levels.answer()).flatMap(jobsOf),
    );
    metrics.gauge('hangar_dead_letters', 'Dead letters by handler.', async () =>
      (await levels.answer()).map(({ handler, deadLetters }) => ({
        value: deadLetters,
        labels: { handler },
      })),
    );
    metrics.gauge(
      'hangar_oldest_waiting_seconds',
      'How long the job that waits longest has waited.',
      async () => [{ value: longest(await oldest.answer()) }],
    );
    metrics.gauge(
      'hangar_handler_oldest_waiting_seconds',
      'How long the job of a handler that waits longest has waited.',
      async () =>
        (await oldest.answer()).map(({ handler, seconds }) => ({ value: seconds, labels: { handler } })),
    );
  }
}

function jobsOf({ handler, waiting, delayed, active, inLine, parked }: QueueLevel): Reading[] {
  return Object.entries({ waiting, delayed, active, in_line: inLine, parked }).map(([state, value]) => ({
    value,
    labels: { handler, state },
  }));
}
