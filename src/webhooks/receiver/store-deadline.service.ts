import { Injectable } from '@nestjs/common';
import { Drain } from '../../config/drain.js';
import { HangarConfig } from '../../config/hangar-config.js';
import { cannotStore } from './webhook.errors.js';

/** One that waited long gets at least one try, unless Plane is about to give up on it. */
const ONE_TRY_MS = 2000;
const LATE_MS = 5000;
/** One that comes while the process ends is not turned away where the database is well. */
const LAST_TRY_MS = 250;

/** Bounds how long a request waits while our own side has trouble: Plane may not send it again (contract §6). */
@Injectable()
export class StoreDeadline {
  private readonly holdMs: number;
  /** Ends the waiting of each request that is held. */
  private readonly held = new Set<() => void>();

  constructor(
    config: HangarConfig,
    private readonly drain: Drain,
  ) {
    this.holdMs = config.webhookHoldSeconds * 1000;
    drain.abortSignal.addEventListener('abort', () => this.letGo(), { once: true });
  }

  /**
   * What `store` resolves with; it is told until when to try, by `performance.now()`, and is not waited for longer: no
   * request is left without an answer when the process ends.
   *
   * @param waitedMs how long the request has waited before: Plane's patience counts from its arrival
   * @throws {DomainError} 503 with `Retry-After`
   */
  async until<T>(store: (giveUpAt: number) => Promise<T>, waitedMs = 0): Promise<T> {
    const leftMs = this.leftMs(waitedMs);
    const timeUp = Promise.withResolvers<never>();
    const letGo = (): void => timeUp.reject(cannotStore());
    const timer = setTimeout(letGo, leftMs);
    this.held.add(letGo);
    try {
      return await Promise.race([store(performance.now() + leftMs), timeUp.promise]);
    } catch {
      throw cannotStore();
    } finally {
      clearTimeout(timer);
      this.held.delete(letGo);
    }
  }

  private leftMs(waitedMs: number): number {
    const leastMs = waitedMs > this.holdMs + LATE_MS ? 0 : Math.min(this.holdMs, ONE_TRY_MS);
    const leftMs = Math.max(this.holdMs - waitedMs, leastMs, 1);
    return Math.min(leftMs, Math.max(this.drain.untilAbortMs(), LAST_TRY_MS));
  }

  private letGo(): void {
    for (const letGo of this.held) letGo();
  }
}
