import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type Shutdown } from '../common/periodic-task.js';
import { HangarConfig } from './hangar-config.js';

/** What is kept of the time for the booking of what was given up: so much, and this share of it at most. */
const ABORT_RESERVE = { ms: 3000, share: 0.3 };
/** What is kept for closing what this process holds. */
const CLOSE_RESERVE = { ms: 1000, share: 0.1 };
const NO_RESERVE = { ms: 0, share: 0 };

/**
 * The end of this process, and the time that it has for it: `HANGAR_DRAIN_SECONDS` from the first signal. Whoever takes
 * in work stops when it begins; whoever works ends by itself, or on the last call; what then still goes on is left.
 */
@Injectable()
export class Drain implements OnModuleDestroy, BeforeApplicationShutdown, Shutdown {
  private readonly beginning = new AbortController();
  private readonly aborting = new AbortController();
  private readonly recordedLosses: string[] = [];
  private readonly work: (() => Promise<unknown> | undefined)[] = [];
  private beganAt: number | undefined;

  constructor(private readonly config: HangarConfig) {}

  /** Aborted when nothing new is to be taken any more. */
  get draining(): AbortSignal {
    return this.beginning.signal;
  }

  /** Aborted a moment before the time is over: work is to be given up, and handed back. */
  get abortSignal(): AbortSignal {
    return this.aborting.signal;
  }

  /** What this process owed to somebody and could not do in its time. */
  get losses(): readonly string[] {
    return this.recordedLosses;
  }

  /** The first call counts. */
  begin(): void {
    if (this.beganAt !== undefined) return;
    this.beganAt = performance.now();
    setTimeout(() => this.aborting.abort(), this.untilAbortMs()).unref();
    this.beginning.abort();
  }

  /** Where the modules are closed with no signal before. */
  onModuleDestroy(): void {
    this.begin();
  }

  /** Adds work that the shutdown waits for, within its deadline. */
  waitFor(work: () => Promise<unknown> | undefined): void {
    this.work.push(work);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.waitWithinDeadline(Promise.allSettled(this.work.map(async (work) => work())));
  }

  /** Milliseconds until the last call; `Infinity` before it begins. */
  untilAbortMs(): number {
    return this.untilMs(ABORT_RESERVE);
  }

  /** Milliseconds until nothing is waited for any more; `Infinity` before it begins. */
  untilDeadlineMs(): number {
    return this.untilMs(CLOSE_RESERVE);
  }

  /** Milliseconds until the process ends, whatever goes on; `Infinity` before it begins. */
  untilEndMs(): number {
    return this.untilMs(NO_RESERVE);
  }

  /** Waits for it while there is time. Resolves with whether it ended, well or not. */
  async waitWithinDeadline(work: Promise<unknown>): Promise<boolean> {
    const over = new AbortController();
    const { signal } = over;
    const timeUp = wait(this.untilDeadlineMs(), false, { signal, ref: false }).catch(() => false);
    const ended = work.then(
      () => true,
      () => true,
    );
    return Promise.race([ended, timeUp]).finally(() => over.abort());
  }

  /** Takes note of what could not be done. */
  recordLoss(what: string): void {
    this.recordedLosses.push(what);
  }

  private untilMs(kept: typeof ABORT_RESERVE): number {
    if (this.beganAt === undefined) return Number.POSITIVE_INFINITY;
    const wholeMs = this.config.drainSeconds * 1000;
    const untilMs = this.beganAt + wholeMs - Math.min(kept.ms, wholeMs * kept.share);
    return Math.max(0, untilMs - performance.now());
  }
}
