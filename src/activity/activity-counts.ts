import { type ActivitySeries } from './activity-series.js';

const MINUTE_MS = 60_000;
/** While they cannot be written the oldest are forgotten. */
const MAX_MINUTES = 60;

/** What one process counted of one series in one minute, since it was last written. */
export interface ActivityCount {
  /** When the minute begins, in ms since 1970. */
  readonly minute: number;
  readonly series: ActivitySeries;
  /** Empty where the series has none. */
  readonly handler: string;
  readonly count: number;
  readonly sumMs: number;
  readonly maxMs: number;
}

type Cell = { -readonly [K in keyof ActivityCount]: ActivityCount[K] };
type Minute = Map<ActivitySeries, Map<string, Cell>>;

/** Counts in memory, the last hour at most. */
export class ActivityCounts {
  private readonly minutes = new Map<number, Minute>();

  /** Counts one, at this time in ms since 1970. */
  add(at: number, series: ActivitySeries, handler = '', ms = 0): void {
    const minute = at - (at % MINUTE_MS);
    const cell = this.cell(minute, series, handler);
    cell.count += 1;
    cell.sumMs += ms;
    if (ms > cell.maxMs) cell.maxMs = ms;
  }

  /** Takes out all there is. */
  take(): ActivityCount[] {
    const all = [...this.minutes.values()].flatMap((minute) =>
      [...minute.values()].flatMap((cells) => [...cells.values()]),
    );
    this.minutes.clear();
    return all;
  }

  /** Adds what was taken out and could not be written. */
  putBack(counts: readonly ActivityCount[]): void {
    for (const { minute, series, handler, count, sumMs, maxMs } of counts) {
      const cell = this.cell(minute, series, handler);
      cell.count += count;
      cell.sumMs += sumMs;
      cell.maxMs = Math.max(cell.maxMs, maxMs);
    }
  }

  private cell(minute: number, series: ActivitySeries, handler: string): Cell {
    const ofMinute = this.minutes.get(minute) ?? this.begin(minute);
    const ofSeries = madeIn(ofMinute, series, () => new Map<string, Cell>());
    return madeIn(ofSeries, handler, () => ({ minute, series, handler, count: 0, sumMs: 0, maxMs: 0 }));
  }

  private begin(minute: number): Minute {
    const begun: Minute = new Map();
    this.minutes.set(minute, begun);
    if (this.minutes.size > MAX_MINUTES) this.minutes.delete(Math.min(...this.minutes.keys()));
    return begun;
  }
}

function madeIn<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
