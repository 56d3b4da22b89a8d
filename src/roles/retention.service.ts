import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { HangarConfig } from '../config/hangar-config.js';
import { RETENTION_INTERVAL_MS, RetentionRound } from '../database/retention-round.js';
import { QueueService } from '../queue/queue.service.js';
import { DeliveriesService } from '../webhooks/deliveries/deliveries.service.js';
import { WorkspaceSecretsService } from '../webhooks/workspace-secrets/workspace-secrets.service.js';

const SECONDS_PER_DAY = 86_400;

/**
 * The role `scheduler`: deletes deliveries past `DELIVERY_RETENTION_DAYS`, and webhook secrets of workspaces where the
 * app is not installed any more. A job that is done is deleted at once, one that was dead-lettered by the queue itself:
 * pg-boss goes through each queue once a day, in transactions of 10,000.
 */
@Injectable()
export class RetentionService implements OnModuleDestroy {
  private readonly rounds: readonly RetentionRound[];

  constructor(
    config: HangarConfig,
    deliveries: DeliveriesService,
    queue: QueueService,
    secrets: WorkspaceSecretsService,
  ) {
    const seconds = config.deliveryRetentionDays * SECONDS_PER_DAY;
    this.rounds = [
      new RetentionRound('deliveries', (limit) => deliveries.deleteOlderThan(seconds, limit)),
      new RetentionRound('notes of doubles', (limit) =>
        deliveries.deleteDuplicateKeysOlderThan(seconds, limit),
      ),
      new RetentionRound('jobs that nobody runs', (limit) => queue.deleteAbandoned(seconds, limit)),
      new RetentionRound('webhook secrets of uninstalled workspaces', () => secrets.removeUninstalled()),
    ];
  }

  onModuleDestroy(): void {
    for (const round of this.rounds) round.stop();
  }

  /** Deletes what is past its time. */
  @Interval(RETENTION_INTERVAL_MS)
  async run(): Promise<void> {
    for (const round of this.rounds) await round.run();
  }
}
