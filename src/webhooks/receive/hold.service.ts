import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Throttle } from '../../common/throttle.js';
import { within } from '../../common/within.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { cannotStore } from './webhook.errors.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
/** One that waited long gets at least one try, unless Plane is about to give up on it. */
const ONE_TRY_MS = 2000;
const LATE_MS = 5000;
/** While the database is away every webhook fails; one line in a while tells. */
const QUIET_MS = 10_000;

/** Keeps a request waiting while our own side has trouble: Plane may not send it again (contract §6). */
@Injectable()
export class HoldService {
  private readonly logger = new Logger(HoldService.name);
  private readonly warnings = new Throttle(QUIET_MS);
  private readonly holdMs: number;

  constructor(config: HangarConfig) {
    this.holdMs = config.webhookHoldSeconds * 1000;
  }

  /**
   * Tries until it works or the time is up; an attempt that hangs is not waited for beyond that.
   *
   * @param waitedMs how long the request has waited before: Plane's patience counts from its arrival
   * @throws {DomainError} 503 with `Retry-After`
   */
  async until<T>(attempt: () => Promise<T>, waitedMs = 0): Promise<T> {
    const leastMs = waitedMs > this.holdMs + LATE_MS ? 0 : Math.min(this.holdMs, ONE_TRY_MS);
    const giveUpAt = Date.now() + Math.max(this.holdMs - waitedMs, leastMs);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await within(giveUpAt - Date.now(), attempt(), cannotStore);
      } catch (error) {
        if (this.warnings.lets())
          this.logger.warn({ msg: 'webhooks are held: they cannot be stored now', err: error });
        if (Date.now() + pauseMs >= giveUpAt) throw cannotStore();
        await wait(pauseMs);
      }
    }
  }
}
