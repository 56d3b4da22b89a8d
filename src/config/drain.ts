import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type Shutdown } from '../common/periodic-task.js';
import { HangarConfig } from './hangar-config.js';

/** What is kept of the time for the booking of what was given up: so much, and this share of it at most. */
const LAST_CALL = { ms: 3000, share: 0.3 };
/** What is kept for closing what this process holds. */
const CLOSING = { ms: 1000, share: 0.1 };
const NOTHING = { ms: 0, share: 0 };

/**
 * The end of this process, and the time that it has for it: `HANGAR_DRAIN_SECONDS` from the first signal. Whoever takes
 * in work stops when it begins; whoever works ends by itself, or on the last call; what then still goes on is left.
 */
@Injectable()
export class Drain implements OnModuleDestroy, BeforeApplicationShutdown, Shutdown {
  private readonly beginning = new AbortController();
  private readonly calling = new AbortController();
  private readonly left: string[] = [];
  private readonly work: (() => Promise<unknown> | undefined)[] = [];
  private beganAt: number | undefined;

  constructor(private readonly config: HangarConfig) {}

  /** Aborted when nothing new is to be taken any more. */
  get draining(): AbortSignal {
    return this.beginning.signal;
  }

  /** Aborted a moment before the time is over: work is to be given up, and handed back. */
  get lastCall(): AbortSignal {
    return this.calling.signal;
  }

  /** What this process owed to somebody and could not do in its time. */
  get lost(): readonly string[] {
    return this.left;
  }

  /** The first call counts. */
  begin(): void {
    if (this.beganAt !== undefined) return;
    this.beganAt = performance.now();
    setTimeout(() => this.calling.abort(), this.untilLastCallMs()).unref();
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
    await this.sees(Promise.allSettled(this.work.map(async (work) => work())));
  }

  /** Milliseconds until the last call; `Infinity` before it begins. */
  untilLastCallMs(): number {
    return this.untilMs(LAST_CALL);
  }

  /** Milliseconds until nothing is waited for any more; `Infinity` before it begins. */
  untilOverMs(): number {
    return this.untilMs(CLOSING);
  }

  /** Milliseconds until the process ends, whatever goes on; `Infinity` before it begins. */
  untilEndMs(): number {
    return this.untilMs(NOTHING);
  }

  /** Waits for it while there is time. Resolves with whether it ended, well or not. */
  async sees(work: Promise<unknown>): Promise<boolean> {
    const over = new AbortController();
    const { signal } = over;
    const timeUp = wait(this.untilOverMs(), false, { signal, ref: false }).catch(() => false);
    const ended = work.then(
      () => true,
      () => true,
    );
    return Promise.race([ended, timeUp]).finally(() => over.abort());
  }

  /** Takes note of what could not be done. */
  loses(what: string): void {
    this.left.push(what);
  }

  private untilMs(kept: typeof LAST_CALL): number {
    if (this.beganAt === undefined) return Number.POSITIVE_INFINITY;
    const wholeMs = this.config.drainSeconds * 1000;
    const untilMs = this.beganAt + wholeMs - Math.min(kept.ms, wholeMs * kept.share);
    return Math.max(0, untilMs - performance.now());
  }
}
