import { Logger } from '@nestjs/common';

const MAX_BACKOFF_MS = 10_000;

/** The end of the process, as a {@link PeriodicTask} sees it. */
export interface Shutdown {
  /** Aborted when no new work is to be started. */
  readonly draining: AbortSignal;
  /** Adds work that the shutdown waits for, within its deadline. */
  waitFor(work: () => Promise<unknown> | undefined): void;
}

/** What a {@link PeriodicTask} runs, and how often. */
export interface PeriodicTaskOptions {
  /** Names the task in the log: `token refresh`. */
  readonly name: string;
  readonly intervalMs: number;
  /** One run. A rejection is logged; runs then pause for twice as long each time, up to 10 s. */
  readonly run: () => Promise<unknown>;
}

/**
 * Runs something every few seconds: never twice at once, with backoff after an error, and not any more once the process
 * shuts down; the shutdown waits for the run in progress.
 */
export class PeriodicTask {
  private readonly logger: Logger;
  private current: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private failures = 0;
  private notBefore = 0;

  constructor(
    private readonly options: PeriodicTaskOptions,
    private readonly shutdown: Shutdown,
  ) {
    this.logger = new Logger(options.name);
    shutdown.waitFor(() => this.current);
    shutdown.draining.addEventListener('abort', () => clearInterval(this.timer), { once: true });
  }

  /** Starts the timer, which does not keep the process alive. */
  start(): void {
    this.timer = setInterval(() => void this.tick(), this.options.intervalMs).unref();
  }

  /** Runs the task unless it is backing off. Never rejects. */
  async tick(now = performance.now()): Promise<void> {
    if (now >= this.notBefore) await this.run();
  }

  /** Runs the task now, or joins the run in progress. Never rejects; does nothing while the process shuts down. */
  async run(): Promise<void> {
    if (this.shutdown.draining.aborted) return;
    this.current ??= this.attempt().finally(() => (this.current = undefined));
    await this.current;
  }

  private async attempt(): Promise<void> {
    try {
      await this.options.run();
      this.failures = 0;
      this.notBefore = 0;
    } catch (error) {
      this.failures += 1;
      const backoffMs = Math.min(MAX_BACKOFF_MS, this.options.intervalMs * 2 ** Math.min(this.failures, 16));
      this.notBefore = performance.now() + backoffMs;
      this.logger.error({ msg: `${this.options.name} failed; retrying`, retryInMs: backoffMs, err: error });
    }
  }
}
