import { setImmediate as nextTurn } from 'node:timers/promises';
import { type LeasedJob, queuedJob } from './leased-job.js';
import { type RunResult, type QueuedJob } from './queue.js';

/** Retries fall due with nobody to notify of it, so they wait for the next look. */
const POLL_MS = 1000;
/** The longest that a process may fall silent before its jobs are given to another is four times this. */
const HEARTBEAT_MS = 10_000;

/** What a pump works with. */
export interface QueueWorkerPorts<T> {
  /** Takes up to that many jobs. */
  readonly fetch: (count: number) => Promise<LeasedJob[]>;
  readonly run: (job: QueuedJob<T>) => Promise<RunResult>;
  /** Resolves once the end is committed. */
  readonly settle: (job: LeasedJob, ended: RunResult) => Promise<void>;
  /** Says that they are being worked on. Resolves with the ids of those that were taken away. */
  readonly touch: (jobs: readonly LeasedJob[]) => Promise<ReadonlySet<string>>;
  readonly trouble: (error: unknown) => void;
}

/**
 * Keeps up to `concurrency` jobs of one queue running: takes as many at once as there is room for, as soon as there is
 * room and something to take. A job that is slow holds up its own place and nothing else.
 */
export class QueueWorker<T> {
  private readonly running = new Map<LeasedJob, AbortController>();
  /** Runs and the booking of their ends. */
  private readonly inFlight = new Set<Promise<void>>();
  private readonly timers: NodeJS.Timeout[] = [];
  private fetching: Promise<void> | undefined;
  private again = false;
  private stopped = false;
  private paused = false;

  constructor(
    private readonly concurrency: number,
    private readonly ports: QueueWorkerPorts<T>,
  ) {}

  start(): void {
    this.timers.push(
      setInterval(() => this.wake(), POLL_MS),
      setInterval(() => void this.touch(), HEARTBEAT_MS),
    );
    this.wake();
  }

  /** There may be something to take. */
  readonly wake = (): void => {
    this.again = true;
    if (this.fetching || this.stopped || this.paused || this.room() === 0) return;
    this.fetching = this.fill().finally(() => {
      this.fetching = undefined;
      if (this.again) this.wake();
    });
  };

  /** Takes nothing new until it is released; what runs goes on to its end. */
  pause(): void {
    this.paused = true;
  }

  /** Takes jobs again, at once. */
  resume(): void {
    this.paused = false;
    this.wake();
  }

  /** Takes nothing new, for good; what runs goes on to its end. */
  stop(): void {
    this.stopped = true;
  }

  /** Resolves when all that ran has ended, and its ends are committed. To be called after {@link stop}. */
  async drained(): Promise<void> {
    await this.fetching;
    while (this.inFlight.size > 0) await Promise.all(this.inFlight);
    this.abandon();
  }

  /** Says nothing more of what it still holds: others are to have it. Resolves with how many jobs that are. */
  abandon(): number {
    for (const each of this.timers) clearInterval(each);
    return this.inFlight.size;
  }

  private room(): number {
    return this.concurrency - this.running.size;
  }

  /** Runs that end together make room together: it looks after this turn of the event loop. */
  private async fill(): Promise<void> {
    await nextTurn();
    if (this.paused || this.stopped) return;
    this.again = false;
    const count = this.room();
    try {
      const jobs = await this.ports.fetch(count);
      for (const job of jobs) this.begin(this.stopped ? this.handBack(job) : this.run(job));
      if (jobs.length === count) this.again = true;
    } catch (error) {
      this.again = false;
      this.ports.trouble(error);
    }
  }

  private begin(work: Promise<void>): void {
    const watched = work.finally(() => this.inFlight.delete(watched));
    this.inFlight.add(watched);
  }

  /** It was on its way when this process was told to stop. */
  private async handBack(job: LeasedJob): Promise<void> {
    await this.ports.settle(job, { end: { againInSeconds: 0 } });
  }

  private async run(job: LeasedJob): Promise<void> {
    const controller = new AbortController();
    this.running.set(job, controller);
    const ended = await this.ports
      .run(queuedJob<T>(job, controller.signal))
      .catch((failure: unknown): RunResult => ({ end: { failure } }));
    this.running.delete(job);
    if (this.again) this.wake();
    await this.ports.settle(job, ended);
  }

  private async touch(): Promise<void> {
    if (this.running.size === 0) return;
    try {
      const gone = await this.ports.touch([...this.running.keys()]);
      for (const [job, controller] of this.running) if (gone.has(job.id)) controller.abort();
    } catch (error) {
      this.ports.trouble(error);
    }
  }
}
