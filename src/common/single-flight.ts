/**
 * A question that is under way is not asked once more: all who ask meanwhile get its answer. One that hangs, as on a
 * connection whose other end is gone, is asked anew after a while.
 */
export class SingleFlight<T> {
  private inFlight: Promise<T> | undefined;
  private startedAt = 0;

  /** @param timeoutMs how long an answer is waited for before the question is asked anew */
  constructor(
    private readonly work: () => Promise<T>,
    private readonly timeoutMs: number,
  ) {}

  /** The answer, or its rejection. */
  run(now = performance.now()): Promise<T> {
    if (this.inFlight && now - this.startedAt < this.timeoutMs) return this.inFlight;
    const asked = this.work().finally(() => {
      if (this.inFlight === asked) this.inFlight = undefined;
    });
    this.inFlight = asked;
    this.startedAt = now;
    return asked;
  }
}
