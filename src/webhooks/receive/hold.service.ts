import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { HangarConfig } from '../../config/hangar-config.js';
import { cannotStore } from './webhook.errors.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 2000;

/** Keeps a request waiting while our own side has trouble: Plane may not send it again (contract §6). */
@Injectable()
export class HoldService {
  private readonly logger = new Logger(HoldService.name);
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
        return await Promise.race([attempt(), timeUp(giveUpAt)]);
      } catch (error) {
        this.logger.warn({ msg: 'a webhook is held: it cannot be stored now', err: error });
        if (Date.now() + pauseMs >= giveUpAt) throw cannotStore();
        await wait(pauseMs);
      }
    }
  }
}

async function timeUp(at: number): Promise<never> {
  await wait(Math.max(0, at - Date.now()), undefined, { ref: false });
  throw cannotStore();
}
