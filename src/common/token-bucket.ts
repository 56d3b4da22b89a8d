/** A token bucket: `burst` at once, then one every `refillMs`. */
export class TokenBucket {
  private left: number;
  private since: number;

  constructor(
    private readonly burst: number,
    private readonly refillMs: number,
    now = Date.now(),
  ) {
    this.left = burst;
    this.since = now;
  }

  /** Takes a token; false where the bucket is empty. */
  tryTake(now = Date.now()): boolean {
    const refilled = Math.floor((now - this.since) / this.refillMs);
    if (refilled > 0) {
      this.left = Math.min(this.burst, this.left + refilled);
      this.since += refilled * this.refillMs;
    }
    if (this.left === 0) return false;
    this.left -= 1;
    return true;
  }
}
