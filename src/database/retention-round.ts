import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';

/** How often a round begins. */
export const RETENTION_INTERVAL_MS = 300_000;
/** Few enough that nobody waits for their locks. */
const BATCH = 1000;
/** Lets others at the disk between two batches. */
const PAUSE_MS = 50;

/** Deletes what is past its time, in batches of 1,000 with a transaction each; replicas share the work. */
export class RetentionRound {
  private readonly logger = new Logger(RetentionRound.name);
  private running = false;
  private stopping = false;

  /**
   * @param what names it in the log
   * @param deleteSome deletes at most so many and resolves with how many
   */
  constructor(
    private readonly what: string,
    private readonly deleteSome: (limit: number) => Promise<number>,
  ) {}

  /** No further batch begins. */
  stop(): void {
    this.stopping = true;
  }

  /** Deletes all there is; skipped while the round before is under way. A failure is logged, and the next goes on. */
  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    try {
      const deleted = await this.deleteAll();
      if (deleted > 0) this.logger.log({ msg: `deleted ${this.what} past their time`, deleted });
    } catch (err) {
      this.logger.error({
        msg: `${this.what} past their time could not be deleted; the next round goes on`,
        err,
      });
    } finally {
      this.running = false;
    }
  }

  private async deleteAll(): Promise<number> {
    for (let deleted = 0; ; await wait(PAUSE_MS)) {
      const count = await this.deleteSome(BATCH);
      deleted += count;
      if (count < BATCH || this.stopping) return deleted;
    }
  }
}
