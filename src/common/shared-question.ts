/**
 * A question that is under way is not asked once more: all who ask meanwhile get its answer. One that hangs, as on a
 * connection whose other end is gone, is asked anew after a while.
 */
export class SharedQuestion<T> {
  private underWay: Promise<T> | undefined;
  private askedAt = 0;

  /** @param hangsAfterMs how long an answer is waited for before the question is asked anew */
  constructor(
    private readonly ask: () => Promise<T>,
    private readonly hangsAfterMs: number,
  ) {}

  /** The answer, or its rejection. */
  answer(now = performance.now()): Promise<T> {
    if (this.underWay && now - this.askedAt < this.hangsAfterMs) return this.underWay;
    const asked = this.ask().finally(() => {
      if (this.underWay === asked) this.underWay = undefined;
    });
    this.underWay = asked;
    this.askedAt = now;
    return asked;
  }
}
