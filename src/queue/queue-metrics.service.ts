import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { SingleFlight } from '../common/single-flight.js';
import { serverConfig } from '../config/areas/server.config.js';
import { MetricsService, type Reading } from '../observability/metrics.service.js';
import { type QueueStats } from './queue.js';
import { longest, QueueStatsService } from './queue-stats.service.js';

/** Metrics of the queues. Only the role `scheduler` reports them, with one query for the gauges of one scrape. */
@Injectable()
export class QueueMetricsService {
  constructor(
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
    metrics: MetricsService,
    queues: QueueStatsService,
  ) {
    if (!config.roles.includes('scheduler')) return;
    const stats = new SingleFlight(() => queues.all(), Number.POSITIVE_INFINITY);
    const oldest = new SingleFlight(() => queues.oldestWaiting(), Number.POSITIVE_INFINITY);
    metrics.gauge('hangar_queue_jobs', 'Jobs by handler and state.', async () => (await stats.run()).flatMap(jobsOf));
    metrics.gauge('hangar_dead_letters', 'Dead letters by handler.', async () =>
      (await stats.run()).map(({ handler, deadLetters }) => ({
        value: deadLetters,
        labels: { handler },
      })),
    );
    metrics.gauge('hangar_oldest_waiting_seconds', 'How long the oldest waiting job has waited.', async () => [
      { value: longest(await oldest.run()) },
    ]);
    metrics.gauge(
      'hangar_handler_oldest_waiting_seconds',
      'How long the oldest waiting job of a handler has waited.',
      async () => (await oldest.run()).map(({ handler, seconds }) => ({ value: seconds, labels: { handler } })),
    );
  }
}

function jobsOf({ handler, waiting, delayed, active, blocked, parked }: QueueStats): Reading[] {
  return Object.entries({ waiting, delayed, active, in_line: blocked, parked }).map(([state, value]) => ({
    value,
    labels: { handler, state },
  }));
}
