import { Injectable, Inject } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type EntityManager } from 'typeorm';
import { postgresText } from '../../common/postgres-text.js';
import { serverConfig } from '../../config/areas/server.config.js';
import { MetricsService, type Reading } from '../../observability/metrics.service.js';
import { unknownHandler } from '../discovery/handler.errors.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';
import { type HandlerPauseEntity } from './handler-pause.entity.js';
import { HandlerPausesRepository, type StoredPause } from './handler-pauses.repository.js';

const MAX_REASON_LENGTH = 500;
const MAX_NAME_LENGTH = 200;

/** The pause of a handler: no process starts runs of it until it is resumed. */
export type HandlerPause = Readonly<HandlerPauseEntity>;

/**
 * Pauses and resumes handlers in all processes: in running ones within 5 s, in others from their start. Runs in progress
 * continue. Waiting events keep their order and attempts, for up to `DELIVERY_RETENTION_DAYS` after receipt.
 */
@Injectable()
export class HandlerPausesService {
  constructor(
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
    metrics: MetricsService,
    private readonly registry: HandlerRegistry,
    private readonly pauses: HandlerPausesRepository,
  ) {
    // Every replica would report the same.
    if (config.roles.includes('scheduler'))
      metrics.gauge('hangar_handler_paused', '1 for a paused handler, else 0.', () => this.readings());
  }

  /**
   * A second pause changes nothing.
   *
   * @param by the operator's name
   * @param reason the first 500 characters are kept
   * @throws {DomainError} `handler_unknown`
   */
  async pause(
    handler: string,
    by: string,
    reason: string | undefined,
    transaction: EntityManager,
  ): Promise<StoredPause> {
    this.require(handler);
    const text = postgresText(reason?.trim() ?? '', MAX_REASON_LENGTH);
    return this.pauses.add(handler, postgresText(by, MAX_NAME_LENGTH), text === '' ? null : text, transaction);
  }

  /**
   * Also for a handler of an earlier release that is still paused. Resolves with whether it was paused.
   *
   * @throws {DomainError} `handler_unknown`
   */
  async resume(handler: string, transaction: EntityManager): Promise<boolean> {
    const removed = await this.pauses.remove(postgresText(handler), transaction);
    if (!removed) this.require(handler);
    return removed;
  }

  /** Every pause, by handler. */
  async all(): Promise<HandlerPause[]> {
    return this.pauses.all();
  }

  private async readings(): Promise<Reading[]> {
    const paused = new Set((await this.all()).map(({ handler }) => handler));
    const handlers = new Set([...this.registry.all().map(({ id }) => id), ...paused]);
    return [...handlers].map((handler) => ({ value: paused.has(handler) ? 1 : 0, labels: { handler } }));
  }

  private require(handler: string): void {
    const ids = this.registry.all().map(({ id }) => id);
    if (!ids.includes(handler)) throw unknownHandler(handler, ids);
  }
}
