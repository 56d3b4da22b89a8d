import { setImmediate as nextTurn } from 'node:timers/promises';
import { type BossService } from './boss.service.js';
import { LeasedJob } from './leased-job.js';
import { type RunResult } from './queue.js';

/** No notification announces that a retry is due. */
const POLL_MS = 1000;

/** What a {@link QueueWorker} does with each job. */
export interface QueueWorkerOptions {
  /** Runs at once. */
  readonly concurrency: number;
  /** A process that sends no heartbeat for four times this loses its jobs. */
  readonly heartbeatMs: number;
  /** A rejection is a failed attempt. */
  readonly run: (job: LeasedJob) => Promise<RunResult>;
  /** Resolves once the result is committed. */
  readonly complete: (job: LeasedJob, result: RunResult) => Promise<void>;
}

/**
 * Keeps up to `concurrency` jobs of one queue running: fetches as many as are free to run as soon as one ends or is
 * added. A slow job blocks no other.
 */
export class QueueWorker {
  private readonly running = new Set<LeasedJob>();
  /** Runs, and the recording of their results. */
  private readonly inFlight = new Set<Promise<void>>();
  private readonly timers: NodeJS.Timeout[] = [];
  private fetching: Promise<void> | undefined;
  private fetchAgain = false;
  private stopped = false;
  private paused = false;

  constructor(
    readonly queue: string,
    private readonly bosses: BossService,
    private readonly options: QueueWorkerOptions,
  ) {}

  start(): void {
    this.timers.push(
      setInterval(() => this.wake(), POLL_MS),
      setInterval(() => void this.sendHeartbeat(), this.options.heartbeatMs),
    );
    this.wake();
  }

  /** Fetches jobs if there is room: some may have been added. */
  readonly wake = (): void => {
    this.fetchAgain = true;
    if (this.fetching || this.stopped || this.paused || this.room() === 0) return;
    this.fetching = this.fetch().finally(() => {
      this.fetching = undefined;
      if (this.fetchAgain) this.wake();
    });
  };

  /** Fetches no more jobs until {@link resume}; runs in progress continue. */
  pause(): void {
    this.paused = true;
  }

  /** Fetches jobs again, at once. */
  resume(): void {
    this.paused = false;
    this.wake();
  }

  /** Fetches no more jobs, for good; runs in progress continue. */
  stop(): void {
    this.stopped = true;
  }

  /** Resolves when all runs have ended and their results are committed. Call {@link stop} first. */
  async drained(): Promise<void> {
    await this.fetching;
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
    this.abandon();
  }

  /** Sends no more heartbeats, so that other processes get the jobs. Resolves with how many are unfinished. */
  abandon(): number {
    for (const timer of this.timers) clearInterval(timer);
    return this.inFlight.size;
  }

  private room(): number {
    return this.options.concurrency - this.running.size;
  }

  /** Waits for the next turn of the event loop: runs that end together are replaced by one fetch. */
  private async fetch(): Promise<void> {
    await nextTurn();
    if (this.paused || this.stopped) return;
    this.fetchAgain = false;
    const batchSize = this.room();
    try {
      const jobs = await this.bosses.boss.fetch<object>(this.queue, { batchSize, includeMetadata: true });
      for (const job of jobs) this.track(this.process(new LeasedJob(job)));
      if (jobs.length === batchSize) this.fetchAgain = true;
    } catch (error) {
      this.fetchAgain = false;
      this.bosses.reportError(error);
    }
  }

  private track(work: Promise<void>): void {
    const tracked = work.finally(() => this.inFlight.delete(tracked));
    this.inFlight.add(tracked);
  }

  private async process(job: LeasedJob): Promise<void> {
    // It was fetched while the process began to stop: another one runs it.
    if (this.stopped) return this.options.complete(job, { outcome: 'delayed' });
    this.running.add(job);
    const result = await this.options.run(job).catch((error: unknown): RunResult => ({ outcome: 'failed', error }));
    this.running.delete(job);
    if (this.fetchAgain) this.wake();
    await this.options.complete(job, result);
  }

  private async sendHeartbeat(): Promise<void> {
    if (this.running.size === 0) return;
    try {
      const jobs = [...this.running];
      const { settled } = (await this.bosses.boss.touch(this.queue, jobs)) as { settled?: string[] };
      const leased = new Set(settled ?? jobs.map(({ id }) => id));
      for (const job of jobs) if (this.running.has(job) && !leased.has(job.id)) job.revoke();
    } catch (error) {
      this.bosses.reportError(error);
    }
  }
}
