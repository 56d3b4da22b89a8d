import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Drain } from '../../config/drain.js';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { cannotStore } from './webhook.errors.js';

/** A request that backpressure delayed still gets this long, unless Plane is about to time out. */
const MIN_STORE_MS = 2000;
/** How far past the deadline a delayed request counts as timed out. */
const TIMED_OUT_MS = 5000;
/** What a request gets that arrives while the process shuts down: enough where the database is available. */
const SHUTDOWN_STORE_MS = 250;

/** Limits how long a webhook waits for the database: Plane may not send it again (docs/plane.md §6). */
@Injectable()
export class StoreDeadline {
  private readonly storeMs: number;
  private readonly expireWaiting = new Set<() => void>();

  constructor(
    @Inject(webhooksConfig.KEY) config: ConfigType<typeof webhooksConfig>,
    private readonly drain: Drain,
  ) {
    this.storeMs = config.webhookHoldSeconds * 1000;
    drain.abortSignal.addEventListener('abort', () => this.expireAll(), { once: true });
  }

  /**
   * The deadline of a request that starts to be stored now, by `performance.now()`.
   *
   * @param waitedMs how long backpressure delayed it: Plane's time-out counts from its arrival
   */
  after(waitedMs = 0): number {
    const minMs = waitedMs > this.storeMs + TIMED_OUT_MS ? 0 : Math.min(this.storeMs, MIN_STORE_MS);
    const leftMs = Math.max(this.storeMs - waitedMs, minMs, 1);
    return performance.now() + Math.min(leftMs, Math.max(this.drain.untilAbortMs(), SHUTDOWN_STORE_MS));
  }

  /**
   * Waits for the delivery to be stored until the deadline, and no longer when the process ends: every request gets an
   * answer.
   *
   * @throws {DomainError} 503 with `Retry-After`
   */
  async enforce<T>(deadline: number, storing: Promise<T>): Promise<T> {
    const expired = Promise.withResolvers<never>();
    const expire = (): void => expired.reject(cannotStore());
    const timer = setTimeout(expire, deadline - performance.now());
    this.expireWaiting.add(expire);
    try {
      return await Promise.race([storing, expired.promise]);
    } catch {
      throw cannotStore();
    } finally {
      clearTimeout(timer);
      this.expireWaiting.delete(expire);
    }
  }

  private expireAll(): void {
    for (const expire of this.expireWaiting) expire();
  }
}
