import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { webhooksConfig } from '../config/areas/webhooks.config.js';
import { QueueService } from '../queue/queue.service.js';
import { AssignedHandlers } from './discovery/assigned-handlers.service.js';
import { type AnyHandler } from './discovery/handler.js';
import { HandlerRegistry } from './discovery/handler.registry.js';
import { handlerTable } from './handler-table.js';
import { HandlerStatsService } from './pauses/handler-stats.service.js';

const SECONDS_PER_DAY = 86_400;

/** Declares the queues of all handlers and logs the table of handlers, when the process starts. */
@Injectable()
export class HandlerQueuesService implements OnApplicationBootstrap {
  private readonly logger = new Logger('Handlers');

  constructor(
    @Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>,
    private readonly registry: HandlerRegistry,
    private readonly queue: QueueService,
    private readonly stats: HandlerStatsService,
    private readonly assigned: AssignedHandlers,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    this.assigned.requireKnown();
    const handlers = this.registry.all();
    for (const handler of handlers) await this.declare(handler);
    this.logger.log(handlerTable(handlers, this.assigned.all()));
    if (this.assigned.isRestricted && !this.assigned.isWorker)
      this.logger.warn('HANGAR_HANDLERS has no effect: this process does not have the role worker');
    for (const { handler } of await this.stats.orphaned())
      this.logger.warn({
        msg: 'jobs wait for a handler that this release does not have; run "npx hangar handlers"',
        handler,
      });
  }

  private async declare({ id, options, heartbeatSeconds }: AnyHandler): Promise<void> {
    const keepSeconds = this.config.deliveryRetentionDays * SECONDS_PER_DAY;
    await this.queue.declare(id, {
      ...options,
      keepSeconds,
      ...(heartbeatSeconds !== undefined && { heartbeatSeconds }),
    });
  }
}
