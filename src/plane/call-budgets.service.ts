import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { RateLimitedLogger } from '../common/rate-limited-logger.js';
import { serverConfig } from '../config/areas/server.config.js';
import { MetricsService } from '../observability/metrics.service.js';
import { CallBudget } from './call-budget.js';
import { type CallPriority } from './call-priority.js';
import { CallBudgetsRepository } from './call-budgets.repository.js';
import { PlaneTiming } from './plane-timing.js';

const LOG_INTERVAL_MS = 10_000;

/** Keeps the calls of each token within what Plane allows, over all replicas. */
@Injectable()
export class CallBudgetsService {
  private readonly logger = new RateLimitedLogger(CallBudgetsService.name, LOG_INTERVAL_MS);

  constructor(
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
    metrics: MetricsService,
    private readonly budgets: CallBudgetsRepository,
    private readonly timing: PlaneTiming,
  ) {
    if (!config.roles.includes('scheduler')) return;
    metrics.gauge(
      'hangar_plane_rate_remaining',
      'Calls left in the current minute, of the token with the fewest.',
      async () => [await this.budgets.fewestRemaining()].flatMap((value) => (value === undefined ? [] : [{ value }])),
    );
  }

  /** The budget of one call. @param maxWaitMs how long it waits for the reset; default by its priority */
  of(key: string, priority: CallPriority, maxWaitMs?: number): CallBudget {
    const warn = (err: unknown): void =>
      this.logger.warn({ msg: 'cannot read the budget of calls to Plane; calling without it', err });
    return new CallBudget(this.budgets, key, priority, this.timing, warn, maxWaitMs);
  }
}
