import { readFileSync } from 'node:fs';

/** One run of a handler of `handler-server.mjs`, by the clock of this machine in milliseconds. */
export interface Run {
  readonly eventId: string;
  readonly startedAt: number;
  /** Absent where the handler did not come to its end. */
  endedAt?: number;
  /** When the process that it ran in was killed. */
  readonly killedAt?: number;
}

/** Reads what one process wrote down; a file that is not there yet has no runs. */
export function runsIn(file: string, killedAt?: number): Run[] {
  const runs: Run[] = [];
  const underWay = new Map<string, Run>();
  for (const [what, eventId = '', at] of linesOf(file))
    if (what === 'start') {
      const run: Run = { eventId, startedAt: Number(at), ...(killedAt !== undefined && { killedAt }) };
      runs.push(run);
      underWay.set(eventId, run);
    } else if (what === 'end') {
      const run = underWay.get(eventId);
      if (!run) throw new Error(`event ${eventId} ended before it started`);
      run.endedAt = Number(at);
    }
  return runs;
}

/** The events that a handler has done its work on. */
export function handledEvents(runs: readonly Run[]): Set<string> {
  return new Set(runs.filter(({ endedAt }) => endedAt !== undefined).map(({ eventId }) => eventId));
}

/** The runs that were followed by another one on the same event. */
export function repeatedRuns(runs: readonly Run[]): Run[] {
  const byEvent = Map.groupBy(runs, ({ eventId }) => eventId);
  return [...byEvent.values()].flatMap((ofEvent) => ofEvent.toSorted((a, b) => a.startedAt - b.startedAt).slice(0, -1));
}

/** The lines of such a file, each in its words: what happened, to which event, when. */
export function linesOf(file: string): string[][] {
  return readFileSync(file, { encoding: 'utf8', flag: 'a+' })
    .split('\n')
    .map((line) => line.split(' '));
}
