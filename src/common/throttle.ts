/** Lets something through at most once in a while: a warning that would else fill the log. */
export class Throttle {
  private quietUntil = 0;

  constructor(private readonly quietMs: number) {}

  /** True once; then false for the quiet time. */
  tryAcquire(now = Date.now()): boolean {
    if (now < this.quietUntil) return false;
    this.quietUntil = now + this.quietMs;
    return true;
  }
}
