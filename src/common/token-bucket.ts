/** So many at once, and then one in so many milliseconds (a token bucket). */
export class TokenBucket {
  private left: number;
  private since: number;

  constructor(
    private readonly atOnce: number,
    private readonly everyMs: number,
    now = Date.now(),
  ) {
    this.left = atOnce;
    this.since = now;
  }

  /** Takes one; false where there is none now. */
  tryTake(now = Date.now()): boolean {
    const grown = Math.floor((now - this.since) / this.everyMs);
    if (grown > 0) {
      this.left = Math.min(this.atOnce, this.left + grown);
      this.since += grown * this.everyMs;
    }
    if (this.left === 0) return false;
    this.left -= 1;
    return true;
  }
}
