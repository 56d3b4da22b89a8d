import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { InstallationsService } from '../installations/installations.service.js';
import { type ClaimedToken, TokenClaimsService } from './token-claims.service.js';
import { TokenRenewalService } from './token-renewal.service.js';

const TICK_MS = 5000;
/** Renewals at once in this process; a claim is no larger, so that no lease runs while its renewal waits. */
const CONCURRENCY = 5;
/** Claims a tick, so that one ends before the next begins also after an outage. */
const CLAIMS_A_TICK = 50;

/** The role `scheduler`: renews tokens before they expire, without anybody using them; the soonest to expire first. */
@Injectable()
export class TokenScheduleService {
  private readonly logger = new Logger(TokenScheduleService.name);
  private running = false;

  constructor(
    private readonly claims: TokenClaimsService,
    private readonly renewal: TokenRenewalService,
    private readonly installations: InstallationsService,
  ) {}

  /** One look at what is due; skipped while the one before is under way. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      await this.renewDue();
    } catch (error) {
      this.logger.error({ msg: 'the schedule of tokens failed; it goes on at its next tick', err: error });
    } finally {
      this.running = false;
    }
  }

  private async renewDue(): Promise<void> {
    for (let claim = 0; claim < CLAIMS_A_TICK; claim += 1) {
      const claimed = await this.claims.claimDue(CONCURRENCY);
      await Promise.all(claimed.filter((each) => each !== undefined).map((each) => this.renew(each)));
      if (claimed.length < CONCURRENCY) return;
    }
  }

  /** What fails is booked and logged by the renewal itself. */
  private async renew({ owner, token, leaseId }: ClaimedToken): Promise<void> {
    const installation =
      owner.kind === 'bot' ? await this.installations.findById(owner.installationId) : undefined;
    await this.renewal
      .renewClaimed({ owner, token, leaseId, installationId: installation?.installationId })
      .catch(() => undefined);
  }
}
