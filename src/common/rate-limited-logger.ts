import { Logger } from '@nestjs/common';

const LOG_INTERVAL_MS = 60_000;

/** How often a warning that anyone can cause is logged. */
const THROTTLE_MS = 10_000;

/** Logs at most one message in an interval: an error that repeats with every attempt would fill the log. */
export class RateLimitedLogger {
  private nextAt = 0;
  private readonly logger: Logger;

  /** @param context names the source in the log, as Nest's `Logger` does */
  constructor(
    context: string,
    private readonly intervalMs = LOG_INTERVAL_MS,
    private readonly now = (): number => Date.now(),
  ) {
    this.logger = new Logger(context);
  }

  /** Logs a warning, unless something was logged within the interval. */
  warn(message: object): void {
    if (this.tryAcquire()) this.logger.warn(message);
  }

  /** Logs an error, unless something was logged within the interval. */
  error(message: object): void {
    if (this.tryAcquire()) this.logger.error(message);
  }

  private tryAcquire(): boolean {
    if (this.now() < this.nextAt) return false;
    this.nextAt = this.now() + this.intervalMs;
    return true;
  }
}

const throttled = new Map<string, RateLimitedLogger>();

/**
 * Logs a warning that anyone on the network can cause: each message of each context at most once in 10 s.
 *
 * @param message its `msg` is one of few texts
 */
export function warnThrottled(context: string, message: { readonly msg: string }): void {
  const key = `${context}: ${message.msg}`;
  let logger = throttled.get(key);
  if (!logger) throttled.set(key, (logger = new RateLimitedLogger(context, THROTTLE_MS)));
  logger.warn(message);
}
