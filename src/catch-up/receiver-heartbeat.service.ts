import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { PeriodicTask } from '../common/periodic-task.js';
import { webhooksConfig } from '../config/areas/webhooks.config.js';
import { Drain } from '../config/drain.js';
import { CatchUpStatesRepository } from './catch-up-states.repository.js';
import { CatchUpTiming } from './catch-up-timing.js';

const INTERVAL_MS = 30_000;
/** Beyond the store deadline: a heartbeat may be late. */
const MARGIN_SECONDS = 90;

/**
 * The role `receiver`: records that a receiver runs and reaches the database. Where none did for longer than the
 * store deadline, each installation is caught up once Plane's own retries have had some time.
 */
@Injectable()
export class ReceiverHeartbeat implements OnApplicationBootstrap {
  private readonly logger = new Logger('Catch-up');
  private readonly task: PeriodicTask;

  constructor(
    @Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>,
    private readonly states: CatchUpStatesRepository,
    private readonly timing: CatchUpTiming,
    drain: Drain,
  ) {
    this.task = new PeriodicTask(
      { name: 'receiver heartbeat', intervalMs: INTERVAL_MS, run: () => this.beat() },
      drain,
    );
  }

  onApplicationBootstrap(): void {
    this.task.start();
    void this.task.tick();
  }

  /** Records that a receiver runs now. */
  async beat(): Promise<void> {
    const since = await this.states.heartbeat(this.config.webhookHoldSeconds + MARGIN_SECONDS);
    if (!since) return;
    await this.states.suspect(since, this.timing.settleSeconds);
    this.logger.warn({
      msg: 'no receiver stored webhooks for a while; what changed since is read from Plane soon',
      since,
    });
  }
}
