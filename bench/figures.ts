import { median } from './statistics.ts';

/** What a measurement may find; `…Ms` are milliseconds, `…Mb` megabytes of resident memory. */
export type Figure =
  | 'acceptedPerSecond'
  | 'p50Ms'
  | 'p99Ms'
  | 'halfP99Ms'
  | 'handledPerSecond'
  | 'overallPerSecond'
  | 'unhandled'
  | 'lagP50Ms'
  | 'lagP99Ms'
  | 'peakMb'
  | 'startSeconds'
  | 'uncachedStartMs'
  | 'cachedStartMs'
  | 'generatorProcessors'
  | 'idleMb'
  | 'withoutMb'
  | 'withMb'
  | 'addedMb'
  | 'receiverMs'
  | 'workerMs'
  | 'schedulerMs'
  | 'databaseMs'
  | 'commits'
  | 'walBytes'
  | 'diskBytes'
  | 'connections'
  | 'idleCommitsPerSecond'
  | 'idleDatabasePercent'
  | 'fewPerSecond'
  | 'manyPerSecond'
  | 'manyJobs';

/** What one measurement found. */
export type Figures = Readonly<Partial<Record<Figure, number>>>;

/** A contestant, or something else that was measured, with the medians of its rounds. */
export interface Row {
  readonly key: string;
  readonly title: string;
  readonly figures: Figures;
}

/** The median of each figure. */
export function medians(rounds: readonly Figures[]): Figures {
  const names = new Set(rounds.flatMap((figures) => Object.keys(figures) as Figure[]));
  return Object.fromEntries(
    [...names].map((name) => [name, median(rounds.map((figures) => figures[name] ?? Number.NaN))]),
  );
}
