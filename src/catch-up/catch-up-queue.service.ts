import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { webhooksConfig } from '../config/areas/webhooks.config.js';
import { QueueService } from '../queue/queue.service.js';
import { CATCH_UP_QUEUE } from './catch-up-run.js';

/** A job whose process died is handed to another one within this time and pg-boss's interval. */
export const CATCH_UP_HEARTBEAT_SECONDS = 15;
const SECONDS_PER_DAY = 86_400;
const TIMEOUT_SECONDS = 300;

/** Declares the queue of catch-ups. */
@Injectable()
export class CatchUpQueueService implements OnApplicationBootstrap {
  constructor(
    @Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>,
    private readonly queue: QueueService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.queue.declare(CATCH_UP_QUEUE, {
      retryLimit: 10,
      retryDelaySeconds: 5,
      backoff: true,
      timeoutSeconds: TIMEOUT_SECONDS,
      keepSeconds: this.config.deliveryRetentionDays * SECONDS_PER_DAY,
      heartbeatSeconds: CATCH_UP_HEARTBEAT_SECONDS,
    });
  }
}
