import { LRUCache } from 'lru-cache';
import { type Actor } from './actor.js';

const PERIOD_MS = 60_000;
/** A minute, for each actor; all who are not known are one. */
const MAX_ENTRIES = 10;
const MAX_ACTORS = 1000;

interface Spent {
  until: number;
  admitted: number;
  suppressed: number;
}

/** Says which refusals are booked, so that nobody fills the audit log with them: 10 a minute for each actor in a process. */
export class RejectionBudget {
  private readonly actors = new LRUCache<string, Spent>({ max: MAX_ACTORS });

  /** `undefined` where this one is left out; else how many were left out since the last one that was booked. */
  admit({ kind, id }: Actor, now = Date.now()): number | undefined {
    const spent = this.spentBy(kind === 'anonymous' ? kind : `${kind} ${id}`);
    if (now >= spent.until) Object.assign(spent, { until: now + PERIOD_MS, admitted: 0 });
    if (spent.admitted >= MAX_ENTRIES) {
      spent.suppressed += 1;
      return undefined;
    }
    spent.admitted += 1;
    const { suppressed } = spent;
    spent.suppressed = 0;
    return suppressed;
  }

  private spentBy(actor: string): Spent {
    const spent = this.actors.get(actor) ?? { until: 0, admitted: 0, suppressed: 0 };
    this.actors.set(actor, spent);
    return spent;
  }
}
