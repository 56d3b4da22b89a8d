import { Injectable } from '@nestjs/common';
import { HangarConfig } from '../../config/hangar-config.js';
import { MetricsService, type Reading } from '../../observability/metrics.service.js';
import { HandlerPausesService } from './handler-pauses.service.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';

/** Tells which handlers are paused. The role `scheduler` alone asks. */
@Injectable()
export class HandlerPauseMetricsService {
  constructor(
    config: HangarConfig,
    metrics: MetricsService,
    private readonly registry: HandlerRegistry,
    private readonly pauses: HandlerPausesService,
  ) {
    if (!config.roles.includes('scheduler')) return;
    metrics.gauge('hangar_handler_paused', 'Whether a handler is paused: 1, else 0.', () => this.read());
  }

  private async read(): Promise<Reading[]> {
    const paused = new Set((await this.pauses.all()).map(({ handler }) => handler));
    const handlers = new Set([...this.registry.all().map(({ id }) => id), ...paused]);
    return [...handlers].map((handler) => ({ value: paused.has(handler) ? 1 : 0, labels: { handler } }));
  }
}
