import { Injectable, Logger } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { ownerOf } from './token-id.js';
import { type TokenEntity } from './token.entity.js';
import { type Claim, TokenRenewalService } from './token-renewal.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenTiming } from './token-timing.js';
import { type Lease, TokensRepository } from './tokens.repository.js';

/** How often the clock is looked at; the database is asked no sooner than a token can be due. */
const TICK_MS = 250;
/** Claims in a row, so that one round ends also after an outage. */
const CLAIMS_A_ROUND = 200;

/** The role `scheduler`: renews tokens before they expire, without anybody using them; the soonest to expire first. */
@Injectable()
export class TokenScheduleService {
  private readonly logger = new Logger(TokenScheduleService.name);
  private running = false;
  /** On the monotonic clock. */
  private nextLookAt = 0;

  constructor(
    private readonly tokens: TokensRepository,
    private readonly store: TokenStoreService,
    private readonly renewal: TokenRenewalService,
    private readonly timing: TokenTiming,
  ) {}

  /** Looks at what is due when something can be; skipped while the look before is under way. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    if (performance.now() >= this.nextLookAt) await this.run();
  }

  /** One look at what is due, now. */
  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      await this.renewDue();
      this.nextLookAt = performance.now() + (await this.pauseMs());
    } catch (error) {
      this.nextLookAt = performance.now() + this.timing.longestPauseMs;
      this.logger.error({ msg: 'the schedule of tokens failed; it goes on in a moment', err: error });
    } finally {
      this.running = false;
    }
  }

  /** Until the soonest token falls due; a new one that falls due still sooner is seen after the longest pause. */
  private async pauseMs(): Promise<number> {
    const soonest = (await this.tokens.soonestDueInMs()) ?? Number.POSITIVE_INFINITY;
    return Math.min(this.timing.longestPauseMs, Math.max(0, soonest));
  }

  /** A claim is no larger than what runs at once, so that no lease runs out while its renewal waits. */
  private async renewDue(): Promise<void> {
    const { concurrency, leaseSeconds } = this.timing;
    for (let claim = 0; claim < CLAIMS_A_ROUND; claim += 1) {
      const readAt = performance.now();
      const rows = await this.tokens.claimDue(concurrency, leaseSeconds);
      await Promise.all(rows.map((row) => this.renewRow(row, readAt)));
      if (rows.length < concurrency) return;
    }
  }

  private async renewRow(row: TokenEntity, readAt: number): Promise<void> {
    const { id, version, leaseId } = row;
    if (leaseId === null) return;
    const lease = { id, version, leaseId };
    const claim = await this.open(row, lease, readAt);
    if (!claim) return;
    await this.renewal.renew(claim).catch((error: unknown) => {
      this.logger.error({
        msg: 'a renewal could not be booked; its lease runs out',
        tokenId: id,
        err: error,
      });
    });
  }

  /** One row that cannot be read keeps nobody else from being renewed. */
  private async open(row: TokenEntity, lease: Lease, readAt: number): Promise<Claim | undefined> {
    try {
      return { owner: ownerOf(row), token: await this.store.open(row, readAt), lease };
    } catch (error) {
      this.logger.error({ msg: 'a stored token cannot be read', tokenId: row.id, err: error });
      await this.tokens.fail(lease, this.timing.longestBackoffSeconds, (error as Error).message);
      return undefined;
    }
  }
}
