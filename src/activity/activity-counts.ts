const MINUTE_MS = 60_000;
/** Limit while writes fail; the oldest minutes are dropped. */
const MAX_MINUTES = 60;

/**
 * The outcome of a webhook: stored for the first time, duplicate, or rejected with a status other than 2xx. Those of the
 * last kind whose signature no secret made are also counted as unverified.
 */
export type WebhookSeries = 'webhook_accepted' | 'webhook_duplicate' | 'webhook_refused' | 'webhook_unverified';

/** The result of a handler run; `run_failed` will be retried. */
export type RunSeries = `run_${'handled' | 'skipped' | 'parked' | 'delayed' | 'failed' | 'dead_lettered'}`;

/** Everything that is counted; `lag` is the time between a webhook's receipt and its first run. */
export type ActivitySeries = WebhookSeries | RunSeries | 'lag';

/** The count of one series in one minute by one process, since its last write. */
export interface ActivityCount {
  /** The start of the minute, in ms since 1970. */
  readonly minute: number;
  readonly series: ActivitySeries;
  /** Empty if the series has no handler. */
  readonly handler: string;
  readonly count: number;
  readonly sumMs: number;
  readonly maxMs: number;
}

type Cell = { -readonly [K in keyof ActivityCount]: ActivityCount[K] };
type Minute = Map<ActivitySeries, Map<string, Cell>>;

/** Counts in memory, for at most an hour. */
export class ActivityCounts {
  private readonly minutes = new Map<number, Minute>();

  /** Adds one. @param at ms since 1970 */
  add(at: number, series: ActivitySeries, handler = '', ms = 0): void {
    const minute = at - (at % MINUTE_MS);
    const cell = this.cell(minute, series, handler);
    cell.count += 1;
    cell.sumMs += ms;
    if (ms > cell.maxMs) cell.maxMs = ms;
  }

  /** Removes and returns all counts. */
  drain(): ActivityCount[] {
    const all = [...this.minutes.values()].flatMap((minute) =>
      [...minute.values()].flatMap((cells) => [...cells.values()]),
    );
    this.minutes.clear();
    return all;
  }

  /** Adds drained counts again that could not be written. */
  putBack(counts: readonly ActivityCount[]): void {
    for (const { minute, series, handler, count, sumMs, maxMs } of counts) {
      const cell = this.cell(minute, series, handler);
      cell.count += count;
      cell.sumMs += sumMs;
      cell.maxMs = Math.max(cell.maxMs, maxMs);
    }
  }

  private cell(minute: number, series: ActivitySeries, handler: string): Cell {
    const ofMinute = this.minutes.get(minute) ?? this.addMinute(minute);
    const ofSeries = getOrAdd(ofMinute, series, () => new Map<string, Cell>());
    return getOrAdd(ofSeries, handler, () => ({ minute, series, handler, count: 0, sumMs: 0, maxMs: 0 }));
  }

  private addMinute(minute: number): Minute {
    const added: Minute = new Map();
    this.minutes.set(minute, added);
    if (this.minutes.size > MAX_MINUTES) this.minutes.delete(Math.min(...this.minutes.keys()));
    return added;
  }
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
