import { type Settings } from '../settings.js';

const WINDOW_MS = 60_000;

/** State of a key's current minute. */
export interface RateState {
  readonly allowed: boolean;
  readonly remaining: number;
  /** When the minute ends, seconds since 1970. */
  readonly resetSeconds: number;
  /** When the next request is allowed, in seconds from now, rounded up; of use where this one is not. */
  readonly retryAfterSeconds: number;
}

/**
 * Limits requests per minute and key, in windows that start with a key's first request; with `slidingRateLimit` in any 60
 * seconds, as the community edition does: the reset is then always a minute away.
 */
export class RateLimiter {
  readonly #allowed = new Map<string, number[]>();
  readonly #windows = new Map<string, { used: number; endsAt: number }>();

  /** @param clock this machine's; Plane's is ahead of it by the settings */
  constructor(
    private readonly settings: Settings,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Counts a request. */
  use(key: string): RateState {
    return this.settings.slidingRateLimit ? this.#useSliding(key) : this.#useFixed(key);
  }

  #useSliding(key: string): RateState {
    const { rateLimitPerMinute } = this.settings;
    const now = this.#now();
    const recent = (this.#allowed.get(key) ?? []).filter((at) => at > now - WINDOW_MS);
    const allowed = recent.length < rateLimitPerMinute;
    if (allowed) recent.push(now);
    this.#allowed.set(key, recent);
    const resetSeconds = Math.ceil((now + WINDOW_MS) / 1000);
    const freeAt = (recent[0] ?? now) + WINDOW_MS;
    const retryAfterSeconds = Math.max(1, Math.ceil((freeAt - now) / 1000));
    return { allowed, remaining: Math.max(0, rateLimitPerMinute - recent.length), resetSeconds, retryAfterSeconds };
  }

  #useFixed(key: string): RateState {
    const window = this.#window(key);
    window.used += 1;
    const left = this.settings.rateLimitPerMinute - window.used;
    return {
      allowed: left >= 0,
      remaining: Math.max(0, left),
      resetSeconds: Math.ceil(window.endsAt / 1000),
      retryAfterSeconds: Math.max(1, Math.ceil((window.endsAt - this.#now()) / 1000)),
    };
  }

  #window(key: string) {
    const current = this.#windows.get(key);
    if (current && current.endsAt > this.#now()) return current;
    const fresh = { used: 0, endsAt: this.#now() + WINDOW_MS };
    this.#windows.set(key, fresh);
    return fresh;
  }

  #now(): number {
    return this.clock() + this.settings.clockOffsetSeconds * 1000;
  }
}
