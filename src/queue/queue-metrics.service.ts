import { Injectable } from '@nestjs/common';
import { HangarConfig } from '../config/hangar-config.js';
import { MetricsService, type Reading } from '../observability/metrics.service.js';
import { type QueueLevel } from './queue.js';
import { QueueLevelsService } from './queue-levels.service.js';

/** Tells how full the queues are. The role `scheduler` alone asks. */
@Injectable()
export class QueueMetricsService {
  constructor(
    config: HangarConfig,
    metrics: MetricsService,
    private readonly queues: QueueLevelsService,
  ) {
    if (!config.roles.includes('scheduler')) return;
    metrics.gauge('hangar_queue_jobs', 'Jobs by handler and state.', () => this.read(jobsOf));
    metrics.gauge('hangar_dead_letters', 'Dead letters by handler.', () =>
      this.read(({ handler, deadLetters }) => [{ value: deadLetters, labels: { handler } }]),
    );
    metrics.gauge(
      'hangar_oldest_waiting_seconds',
      'How long the job that waits longest has waited.',
      async () => [{ value: await this.queues.oldestWaitingSeconds() }],
    );
    metrics.gauge(
      'hangar_handler_oldest_waiting_seconds',
      'How long the job of a handler that waits longest has waited.',
      async () =>
        (await this.queues.oldestWaiting()).map(({ handler, seconds }) => ({
          value: seconds,
          labels: { handler },
        })),
    );
  }

  private async read(readings: (level: QueueLevel) => Reading[]): Promise<Reading[]> {
    return (await this.queues.levels()).flatMap(readings);
  }
}

function jobsOf({ handler, waiting, delayed, active, inLine, parked }: QueueLevel): Reading[] {
  return Object.entries({ waiting, delayed, active, in_line: inLine, parked }).map(([state, value]) => ({
    value,
    labels: { handler, state },
  }));
}
