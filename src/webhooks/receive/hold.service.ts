import { Injectable } from '@nestjs/common';
import { within } from '../../common/within.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { cannotStore } from './webhook.errors.js';

/** One that waited long gets at least one try, unless Plane is about to give up on it. */
const ONE_TRY_MS = 2000;
const LATE_MS = 5000;

/** Bounds how long a request waits while our own side has trouble: Plane may not send it again (contract §6). */
@Injectable()
export class HoldService {
  private readonly holdMs: number;

  constructor(config: HangarConfig) {
    this.holdMs = config.webhookHoldSeconds * 1000;
  }

  /**
   * What `store` resolves with; it is told until when to try, by `performance.now()`, and is not waited for longer.
   *
   * @param waitedMs how long the request has waited before: Plane's patience counts from its arrival
   * @throws {DomainError} 503 with `Retry-After`
   */
  async until<T>(store: (giveUpAt: number) => Promise<T>, waitedMs = 0): Promise<T> {
    const leastMs = waitedMs > this.holdMs + LATE_MS ? 0 : Math.min(this.holdMs, ONE_TRY_MS);
    const leftMs = Math.max(this.holdMs - waitedMs, leastMs);
    try {
      return await within(Math.max(leftMs, 1), store(performance.now() + leftMs), cannotStore);
    } catch {
      throw cannotStore();
    }
  }
}
