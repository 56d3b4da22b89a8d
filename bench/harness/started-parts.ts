/** What was started and runs still, so that all of it can be stopped at any moment. */
export class StartedParts {
  private readonly stops = new Set<() => Promise<void>>();
  private stopped = false;

  /** Takes note of how a part is stopped. Resolves the returned function once that is done, whoever asked first. */
  add(stop: () => Promise<void>): () => Promise<void> {
    let ending: Promise<void> | undefined;
    const once = (): Promise<void> => {
      ending ??= stop().finally(() => this.stops.delete(once));
      return ending;
    };
    this.stops.add(once);
    if (this.stopped) void once().catch(() => undefined);
    return once;
  }

  /** Stops everything, the newest first; what is added later is stopped at once. */
  async stop(): Promise<void> {
    this.stopped = true;
    const failures: unknown[] = [];
    for (const stop of [...this.stops].toReversed()) await stop().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  }
}
