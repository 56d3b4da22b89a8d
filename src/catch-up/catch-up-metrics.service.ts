import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { serverConfig } from '../config/areas/server.config.js';
import { MetricsService } from '../observability/metrics.service.js';
import { CatchUpRunsRepository } from './catch-up-runs.repository.js';
import { CatchUpStatesRepository } from './catch-up-states.repository.js';

/** The metrics of catch-ups. The role `scheduler` alone reads them; every replica would report the same. */
@Injectable()
export class CatchUpMetricsService {
  constructor(
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
    metrics: MetricsService,
    states: CatchUpStatesRepository,
    runs: CatchUpRunsRepository,
  ) {
    if (!config.roles.includes('scheduler')) return;
    metrics.gauge(
      'hangar_webhook_missing_seconds',
      "Since the first change that Plane's API shows and no webhook announced, in the workspace where that is longest; else 0.",
      async () => [{ value: (await states.figures()).missingSeconds }],
    );
    metrics.gauge('hangar_catch_up_runs', 'Catch-ups: open, and the last of an installation that failed.', async () => {
      const { open, failed } = await runs.figures();
      return [
        { value: open, labels: { state: 'open' } },
        { value: failed, labels: { state: 'failed' } },
      ];
    });
    metrics.gauge(
      'hangar_catch_up_changes',
      'Changes of the last day that catch-ups recovered, and that cannot be recovered.',
      async () => {
        const { recovered, unrecoverable } = await runs.figures();
        return [
          { value: recovered, labels: { outcome: 'recovered' } },
          { value: unrecoverable, labels: { outcome: 'unrecoverable' } },
        ];
      },
    );
  }
}
