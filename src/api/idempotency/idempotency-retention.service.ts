import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { RETENTION_INTERVAL_MS, RetentionRound } from '../../database/retention-round.js';
import { IdempotencyKeysRepository } from './idempotency-keys.repository.js';
import { KEY_LIFE_SECONDS } from './idempotency.service.js';

/** The role `scheduler`: deletes idempotency keys a day after their first request. */
@Injectable()
export class IdempotencyRetentionService implements OnModuleDestroy {
  private readonly round;

  constructor(keys: IdempotencyKeysRepository) {
    this.round = new RetentionRound('idempotency keys', (limit) => keys.deleteOld(KEY_LIFE_SECONDS, limit));
  }

  onModuleDestroy(): void {
    this.round.stop();
  }

  /** Deletes expired keys. */
  @Interval(RETENTION_INTERVAL_MS)
  async run(): Promise<void> {
    await this.round.run();
  }
}
