import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { RETENTION_INTERVAL_MS, RetentionRound } from '../database/retention-round.js';
import { LogoutTokensRepository } from './sessions/logout-tokens.repository.js';
import { SessionsService } from './sessions/sessions.service.js';

/** The role `scheduler`: deletes sessions that have ended, and logout tokens that nobody needs to remember. */
@Injectable()
export class IdentityRetentionService implements OnModuleDestroy {
  private readonly rounds;

  constructor(sessions: SessionsService, logoutTokens: LogoutTokensRepository) {
    this.rounds = [
      new RetentionRound('sessions of the console', (limit) => sessions.deleteOld(limit)),
      new RetentionRound('used logout tokens', (limit) => logoutTokens.deleteOld(limit)),
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
