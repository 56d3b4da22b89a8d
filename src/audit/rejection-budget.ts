import { LRUCache } from 'lru-cache';
import { type Actor } from './actor.js';

const PERIOD_MS = 60_000;
/** Per minute and actor; all anonymous clients count as one. */
const MAX_ENTRIES = 10;
const MAX_ACTORS = 1000;

interface Spent {
  until: number;
  admitted: number;
  suppressed: number;
}

/** Limits the recorded rejections to 10 per minute and actor, so that they cannot fill the audit log. */
export class RejectionBudget {
  private readonly actors = new LRUCache<string, Spent>({ max: MAX_ACTORS });

  /** `undefined` if this one is omitted; otherwise the number omitted since the last recorded one. */
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
