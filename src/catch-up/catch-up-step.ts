import { type Installation } from '../installations/installation.js';
import { type CatchUpRun } from './catch-up-run.js';
import { type Span } from './item-changes.js';
import { type PlaneReads } from './plane-reads.js';

/** What a part of a run works with. */
export interface CatchUpStep {
  readonly run: CatchUpRun;
  readonly installation: Installation;
  readonly reads: PlaneReads;
  /** How many calls were made since it was last asked. */
  readonly takeCalls: () => number;
}

/** A step of a run. */
export function stepOf(run: CatchUpRun, installation: Installation, reads: PlaneReads): CatchUpStep {
  let taken = reads.calls;
  const takeCalls = (): number => {
    const calls = reads.calls - taken;
    taken = reads.calls;
    return calls;
  };
  return { run, installation, reads, takeCalls };
}

/** The time span of a run. */
export function spanOf({ since, until }: Pick<CatchUpRun, 'since' | 'until'>): Span {
  return { sinceMs: since.getTime(), untilMs: until.getTime() };
}
