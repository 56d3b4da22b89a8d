import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HangarConfig } from '../config/hangar-config.js';
import { QueueService } from '../queue/queue.service.js';
import { type AnyHandler } from './discovery/handler.js';
import { HandlerStatsService } from './pauses/handler-stats.service.js';
import { AssignedHandlers } from './discovery/assigned-handlers.service.js';
import { handlerTable } from './handler-table.js';
import { HandlerRegistry } from './discovery/handler.registry.js';

const SECONDS_PER_DAY = 86_400;

/** Gives each handler its queue and dead-letter queue, and prints the table of handlers at start. */
@Injectable()
export class HandlerQueuesService implements OnApplicationBootstrap {
  private readonly logger = new Logger('Handlers');

  constructor(
    private readonly config: HangarConfig,
    private readonly registry: HandlerRegistry,
    private readonly queue: QueueService,
    private readonly levels: HandlerStatsService,
    private readonly pool: AssignedHandlers,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.pool.requireKnown();
    const handlers = this.registry.all();
    for (const handler of handlers) await this.declare(handler);
    this.logger.log(handlerTable(handlers, this.pool.own()));
    if (this.pool.isNamed && !this.pool.isWorker)
      this.logger.warn('HANGAR_HANDLERS says nothing here: this process has not the role worker');
    for (const { handler } of await this.levels.orphaned())
      this.logger.warn({
        msg: 'jobs wait for a handler that this release does not have: "npx hangar handlers" shows them',
        handler,
      });
  }

  private async declare({ id, options }: AnyHandler): Promise<void> {
    const keepSeconds = this.config.deliveryRetentionDays * SECONDS_PER_DAY;
    await this.queue.declare(id, { ...options, keepSeconds });
  }
}
