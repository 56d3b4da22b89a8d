/** Permits something at most once in an interval. */
export class Throttle {
  private nextAt = 0;

  constructor(private readonly intervalMs: number) {}

  /** True once in each interval. */
  tryAcquire(now = Date.now()): boolean {
    if (now < this.nextAt) return false;
    this.nextAt = now + this.intervalMs;
    return true;
  }
}
