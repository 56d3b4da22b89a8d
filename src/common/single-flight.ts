/**
 * Runs work once for all callers that ask for it at the same time. Work that hangs, for example on a dead connection, is
 * started again after a timeout.
 */
export class SingleFlight<T> {
  private inFlight: Promise<T> | undefined;
  private startedAt = 0;

  /** @param timeoutMs after this long, the next call starts the work again */
  constructor(
    private readonly work: () => Promise<T>,
    private readonly timeoutMs: number,
  ) {}

  /** Starts the work, or joins the one in flight. */
  run(now = performance.now()): Promise<T> {
    if (this.inFlight && now - this.startedAt < this.timeoutMs) return this.inFlight;
    const started = this.work().finally(() => {
      if (this.inFlight === started) this.inFlight = undefined;
    });
    this.inFlight = started;
    this.startedAt = now;
    return started;
  }
}
