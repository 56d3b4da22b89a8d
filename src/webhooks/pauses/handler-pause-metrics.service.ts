import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { serverConfig } from '../../config/areas/server.config.js';
import { MetricsService, type Reading } from '../../observability/metrics.service.js';
import { HandlerPausesService } from './handler-pauses.service.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';

/** Metric of paused handlers. Only the role `scheduler` reports it. */
@Injectable()
export class HandlerPauseMetricsService {
  constructor(
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
    metrics: MetricsService,
    private readonly registry: HandlerRegistry,
    private readonly pauses: HandlerPausesService,
  ) {
    if (!config.roles.includes('scheduler')) return;
    metrics.gauge('hangar_handler_paused', '1 for a paused handler, else 0.', () => this.read());
  }

  private async read(): Promise<Reading[]> {
    const paused = new Set((await this.pauses.all()).map(({ handler }) => handler));
    const handlers = new Set([...this.registry.all().map(({ id }) => id), ...paused]);
    return [...handlers].map((handler) => ({ value: paused.has(handler) ? 1 : 0, labels: { handler } }));
  }
}
