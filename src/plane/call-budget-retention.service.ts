import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { RETENTION_INTERVAL_MS, RetentionRound } from '../database/retention-round.js';
import { CallBudgetsRepository } from './call-budgets.repository.js';

/** The role `scheduler`: deletes call budgets that have not been used for a day; a new one starts full. */
@Injectable()
export class CallBudgetRetentionService implements OnModuleDestroy {
  private readonly round;

  constructor(budgets: CallBudgetsRepository) {
    this.round = new RetentionRound('budgets of calls', (limit) => budgets.deleteIdle(limit));
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
