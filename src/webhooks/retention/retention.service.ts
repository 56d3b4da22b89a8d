import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { HangarConfig } from '../../config/hangar-config.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { WorkspaceSecretsService } from '../secrets/workspace-secrets.service.js';

const EVERY_MS = 300_000;
/** Few enough that nobody waits for their locks. */
const BATCH = 1000;
/** Lets others at the disk between two batches. */
const PAUSE_MS = 50;
const SECONDS_A_DAY = 86_400;

/**
 * The role `scheduler`: deletes deliveries past `DELIVERY_RETENTION_DAYS`, and webhook secrets of workspaces where the
 * app is not installed any more. Jobs are deleted by the queue itself.
 */
@Injectable()
export class RetentionService implements OnModuleDestroy {
  private readonly logger = new Logger(RetentionService.name);
  private running = false;
  private stopping = false;

  constructor(
    private readonly config: HangarConfig,
    private readonly deliveries: DeliveriesService,
    private readonly secrets: WorkspaceSecretsService,
  ) {}

  onModuleDestroy(): void {
    this.stopping = true;
  }

  /** Deletes what is past its time, in batches; replicas share the work. */
  @Interval(EVERY_MS)
  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      const deleted = await this.deleteAll();
      if (deleted > 0) this.logger.log({ msg: 'deleted deliveries past their retention', deleted });
      const secrets = await this.secrets.removeUninstalled();
      if (secrets > 0)
        this.logger.log({ msg: 'deleted webhook secrets of workspaces without the app', secrets });
    } catch (error) {
      this.logger.error({
        msg: 'what is past its time could not be deleted; the next round goes on',
        err: error,
      });
    } finally {
      this.running = false;
    }
  }

  private async deleteAll(): Promise<number> {
    const seconds = this.config.deliveryRetentionDays * SECONDS_A_DAY;
    let deleted = 0;
    for (;;) {
      const count = await this.deliveries.deleteOlderThan(seconds, BATCH);
      deleted += count;
      if (count < BATCH || this.stopping) return deleted;
      await wait(PAUSE_MS);
    }
  }
}
