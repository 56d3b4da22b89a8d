/** The time of an app in memory: retries, delays, time-outs and budgets count by it. Stands still until it is moved. */
export class VirtualClock {
  private readonly timers = new Set<{ readonly at: number; readonly run: () => void }>();
  private readonly listeners: (() => Promise<void> | void)[] = [];
  private readonly startedAt = Date.now();
  private ms = this.startedAt;

  /** Milliseconds since 1970. */
  get now(): number {
    return this.ms;
  }

  /** How far it is ahead of this machine's clock at the start, in milliseconds. */
  get movedMs(): number {
    return this.ms - this.startedAt;
  }

  /** Calls `run` once the clock has reached the time. Returns what takes that back. */
  at(time: number, run: () => void): () => void {
    const timer = { at: time, run };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Calls the listener whenever the clock was moved. */
  onMove(listener: () => Promise<void> | void): void {
    this.listeners.push(listener);
  }

  /** When the next of {@link at} is due. */
  get nextTimer(): number | undefined {
    return this.timers.size === 0 ? undefined : Math.min(...[...this.timers].map(({ at }) => at));
  }

  /** Moves it forward; a time that is over changes nothing. */
  async moveTo(time: number): Promise<void> {
    this.ms = Math.max(this.ms, time);
    const due = [...this.timers].filter(({ at }) => at <= this.ms).toSorted((a, b) => a.at - b.at);
    for (const timer of due) {
      this.timers.delete(timer);
      timer.run();
    }
    for (const listener of this.listeners) await listener();
  }
}
