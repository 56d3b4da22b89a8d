import { type Settings } from '../settings.js';

const WINDOW_MS = 60_000;

/** State of a key's current minute. */
export interface RateState {
  readonly allowed: boolean;
  readonly remaining: number;
  /** When the minute ends, seconds since 1970. */
  readonly resetSeconds: number;
}

/** Limits requests per minute and key, in windows that start with a key's first request. */
export class RateLimiter {
  readonly #windows = new Map<string, { used: number; endsAt: number }>();

  constructor(
    private readonly settings: Settings,
    private readonly now: () => number = Date.now,
  ) {}

  /** Counts a request. */
  use(key: string): RateState {
    const window = this.#window(key);
    window.used += 1;
    const left = this.settings.rateLimitPerMinute - window.used;
    return {
      allowed: left >= 0,
      remaining: Math.max(0, left),
      resetSeconds: Math.ceil(window.endsAt / 1000) + this.settings.clockOffsetSeconds,
    };
  }

  #window(key: string) {
    const current = this.#windows.get(key);
    if (current && current.endsAt > this.now()) return current;
    const fresh = { used: 0, endsAt: this.now() + WINDOW_MS };
    this.#windows.set(key, fresh);
    return fresh;
  }
}
