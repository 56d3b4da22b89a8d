import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { RETENTION_INTERVAL_MS, RetentionRound } from '../database/retention-round.js';
import { OAuthStatesRepository } from './oauth-states.repository.js';

/** The role `scheduler`: deletes states a day after they expired; until then the error can say why one is invalid. */
@Injectable()
export class OAuthStateRetentionService implements OnModuleDestroy {
  private readonly round;

  constructor(states: OAuthStatesRepository) {
    this.round = new RetentionRound('states of consents', (limit) => states.deleteOld(limit));
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
