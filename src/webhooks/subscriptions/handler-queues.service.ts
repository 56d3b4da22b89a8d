import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { HangarConfig } from '../../config/hangar-config.js';
import { QueueService } from '../../queue/queue.service.js';
import { type AnyHandler } from './handler.js';
import { HandlerLevelsService } from './handler-levels.service.js';
import { HandlerRegistry } from './handler.registry.js';

const SECONDS_A_DAY = 86_400;

/** Gives each handler its queue and dead-letter queue, and prints the table of handlers at start. */
@Injectable()
export class HandlerQueuesService implements OnApplicationBootstrap {
  private readonly logger = new Logger('Handlers');

  constructor(
    private readonly config: HangarConfig,
    private readonly registry: HandlerRegistry,
    private readonly queue: QueueService,
    private readonly levels: HandlerLevelsService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const handlers = this.registry.all();
    for (const handler of handlers) await this.declare(handler);
    this.logger.log(handlers.length === 0 ? 'no handlers' : handlerTable(handlers));
    for (const { handler } of await this.levels.orphaned())
      this.logger.warn({
        msg: 'jobs wait for a handler that this release does not have: "npx hangar handlers" shows them',
        handler,
      });
  }

  private async declare({ id, options }: AnyHandler): Promise<void> {
    const keepSeconds = this.config.deliveryRetentionDays * SECONDS_A_DAY;
    await this.queue.declare(id, { ...options, keepSeconds });
  }
}

/** A line a handler: what it is, what it listens to, how it is treated. */
function handlerTable(handlers: readonly AnyHandler[]): string {
  const width = (column: (handler: AnyHandler) => string): number =>
    Math.max(...handlers.map((h) => column(h).length));
  const ids = width(({ id }) => id);
  const patterns = width(({ pattern }) => pattern);
  const lines = handlers.map(({ id, pattern, options }) => {
    const treatment = `retries ${options.retryLimit}, time-out ${options.timeoutSeconds} s, ${options.concurrency} at once`;
    return `  ${id.padEnd(ids)}  ${pattern.padEnd(patterns)}  ${treatment}`;
  });
  return [`${handlers.length} handler(s)`, ...lines].join('\n');
}
