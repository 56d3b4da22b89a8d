import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type Shutdown } from '../common/periodic-task.js';
import { serverConfig } from './areas/server.config.js';

/** Ctrl-C in a terminal, npm and `timeout` send a signal twice at once: to the group, and to a process of it. */
export const DUPLICATE_SIGNAL_MS = 500;

/** Time kept at the end, at most `ms` and at most this share of the whole: to record what was aborted, and to close. */
const ABORT_RESERVE = { ms: 3000, share: 0.3 };
const CLOSE_RESERVE = { ms: 1000, share: 0.1 };
const NO_RESERVE = { ms: 0, share: 0 };

/**
 * The graceful shutdown of this process, with its deadline: `HANGAR_DRAIN_SECONDS` after the first signal. When it
 * begins, no new work is accepted; work in progress completes, or is aborted shortly before the deadline.
 */
@Injectable()
export class Drain implements OnModuleDestroy, BeforeApplicationShutdown, Shutdown {
  private readonly beginning = new AbortController();
  private readonly aborting = new AbortController();
  private readonly recordedLosses: string[] = [];
  private readonly work: (() => Promise<unknown> | undefined)[] = [];
  private beganAt: number | undefined;

  constructor(@Inject(serverConfig.KEY) private readonly config: ConfigType<typeof serverConfig>) {}

  /** Aborted when no new work is to be started. */
  get draining(): AbortSignal {
    return this.beginning.signal;
  }

  /** Aborted shortly before the deadline: work in progress is to stop and to be handed back. */
  get abortSignal(): AbortSignal {
    return this.aborting.signal;
  }

  /** What could not be completed before the deadline. */
  get losses(): readonly string[] {
    return this.recordedLosses;
  }

  /** Begins the shutdown; further calls have no effect. */
  begin(): void {
    if (this.beganAt !== undefined) return;
    this.beganAt = performance.now();
    setTimeout(() => this.aborting.abort(), this.untilAbortMs()).unref();
    this.beginning.abort();
  }

  /** Begins the shutdown where the application is closed without a signal. */
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

  /** Milliseconds until {@link abortSignal}; `Infinity` before the shutdown begins. */
  untilAbortMs(): number {
    return this.untilMs(ABORT_RESERVE);
  }

  /** Milliseconds until the shutdown stops waiting for work; `Infinity` before it begins. */
  untilDeadlineMs(): number {
    return this.untilMs(CLOSE_RESERVE);
  }

  /** Milliseconds until the process exits in any case; `Infinity` before the shutdown begins. */
  untilEndMs(): number {
    return this.untilMs(NO_RESERVE);
  }

  /** Waits for `work` until the deadline. Resolves with whether it settled in time. */
  async waitWithinDeadline(work: Promise<unknown>): Promise<boolean> {
    const over = new AbortController();
    const { signal } = over;
    const timeout = wait(this.untilDeadlineMs(), false, { signal, ref: false }).catch(() => false);
    const settled = work.then(
      () => true,
      () => true,
    );
    return Promise.race([settled, timeout]).finally(() => over.abort());
  }

  /** Records what could not be completed. */
  recordLoss(what: string): void {
    this.recordedLosses.push(what);
  }

  private untilMs(reserve: typeof ABORT_RESERVE): number {
    if (this.beganAt === undefined) return Number.POSITIVE_INFINITY;
    const totalMs = this.config.drainSeconds * 1000;
    const untilMs = this.beganAt + totalMs - Math.min(reserve.ms, totalMs * reserve.share);
    return Math.max(0, untilMs - performance.now());
  }
}
