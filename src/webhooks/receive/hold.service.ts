import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { Throttle } from '../../common/throttle.js';
import { within } from '../../common/within.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { cannotStore } from './webhook.errors.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;
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
   * @throws {DomainError} 503 with `Retry-After`
   */
  async until<T>(attempt: () => Promise<T>): Promise<T> {
    const giveUpAt = Date.now() + this.holdMs;
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
