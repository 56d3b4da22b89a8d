import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { RETENTION_INTERVAL_MS, RetentionRound } from '../database/retention-round.js';
import { ActivityMinutesRepository } from './activity-minutes.repository.js';

/** The role `scheduler`: deletes counts of activity after two days. */
@Injectable()
export class ActivityRetentionService implements OnModuleDestroy {
  private readonly round;

  constructor(minutes: ActivityMinutesRepository) {
    this.round = new RetentionRound('counts of activity', (limit) => minutes.deleteOld(limit));
  }

  onModuleDestroy(): void {
    this.round.stop();
  }

  /** Deletes what is past its time. */
  @Interval(RETENTION_INTERVAL_MS)
  async run(): Promise<void> {
    await this.round.run();
  }
}
