import { availableParallelism, cpus } from 'node:os';
import { BODY_BYTES } from '../payload.ts';
import { type Figures, type Row } from '../figures.ts';
import { type Sizes } from '../options.ts';
import { numberText } from './number-text.ts';

/** What was measured, on what. */
export function heading({ rounds }: Sizes): string {
  const machine = `${availableParallelism()} × ${cpus()[0]?.model ?? 'processor'}, Node ${process.version}`;
  return `${machine}; medians of ${rounds} round(s), ${BODY_BYTES}-byte bodies, 64 connections`;
}

/** A line for each thing that has no place in the table. */
export function notes(rows: readonly Row[]): string {
  return rows
    .map(noteOf)
    .filter((line) => line !== '')
    .join('\n');
}

function noteOf({ key, title, figures: f }: Row): string {
  const n = numberText;
  if (key === 'idle') return `${title}: ready after ${n(f.startSeconds)} s, ${n(f.idleMb)} MB`;
  if (key === 'starts')
    return `${title}: ${n(f.uncachedStartMs)} ms of a processor, ${n(f.cachedStartMs)} with a filled compile cache`;
  if (key === 'backlog') return `${title}: ${n(f.withMb)} MB at the peak, ${n(f.withoutMb)} MB without it`;
  if (key === 'cost') return costText(f);
  if (key === 'drain')
    return `${title}: ${n(f.manyPerSecond)} events/s are taken up where ${n(f.manyJobs)} wait, ${n(f.fewPerSecond)} where few do`;
  if (f.handledPerSecond !== undefined)
    return `(${key}): ${n(f.overallPerSecond)} events/s from the first sent to the last handled, ${unhandledText(f.unhandled)}`;
  const half = f.halfP99Ms === undefined ? '' : `, p99 ${n(f.halfP99Ms)} ms at half its maximum`;
  return `(${key}): ready after ${n(f.startSeconds)} s${half}; the load generator took ${n(f.generatorProcessors)} processors`;
}

function costText(f: Figures): string {
  const n = numberText;
  return [
    `An event at 500/s, ms of a processor: receiver ${n(f.receiverMs)}, worker ${n(f.workerMs)}, scheduler ${n(f.schedulerMs)}, PostgreSQL ${n(f.databaseMs)}`,
    `An event in PostgreSQL: ${n(f.commits)} transactions, ${n(f.walBytes)} bytes of WAL, ${n(f.diskBytes)} bytes of disk; ${n(f.connections)} connections of three processes`,
    `Waiting: ${n(f.idleCommitsPerSecond)} transactions/s, ${n(f.idleDatabasePercent)} % of a processor in PostgreSQL`,
  ].join('\n');
}

function unhandledText(count = 0): string {
  return count === 0 ? 'all were handled' : `${numberText(count)} were not handled in the time allowed`;
}
