import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { Throttle } from '../common/throttle.js';
import { withTimeout } from '../common/with-timeout.js';
import { ActivityCounts } from './activity-counts.js';
import { ActivityMinutesRepository } from './activity-minutes.repository.js';
import { type RunSeries, type WebhookSeries } from './activity-series.js';

const WRITE_MS = 10_000;
const LOG_INTERVAL_MS = 60_000;
/** The end of the process waits no longer for its last counts. */
const TIMEOUT_MS = 3000;

/**
 * Counts what this process does, by the minute of its own clock. Counting is a matter of memory, and never fails: the
 * counts are added to those of other processes every 10 s and at the end of the process. What cannot be written waits,
 * an hour's at most; where the database stored it and its answer got lost, it counts twice.
 */
@Injectable()
export class ActivityService implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(ActivityService.name);
  private readonly warnings = new Throttle(LOG_INTERVAL_MS);
  private readonly counts = new ActivityCounts();
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> | undefined;

  constructor(private readonly minutes: ActivityMinutesRepository) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.write(), WRITE_MS).unref();
  }

  /** Runs have ended and requests are answered by now. */
  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    const last = async (): Promise<void> => {
      await this.writing;
      await this.write();
    };
    await withTimeout(TIMEOUT_MS, last(), () => new Error('late')).catch(() => undefined);
  }

  /** A webhook came in. */
  received(series: WebhookSeries): void {
    this.counts.add(Date.now(), series);
  }

  /** A run of a handler ended. */
  ran(handler: string, series: RunSeries, ms: number): void {
    this.counts.add(Date.now(), series, handler, ms);
  }

  /** An event waited so long for its first run. */
  waited(ms: number): void {
    this.counts.add(Date.now(), 'lag', '', ms);
  }

  /** Adds what was counted since the last time to the table. Never rejects; one that is under way goes first. */
  async write(): Promise<void> {
    this.writing ??= this.tryToWrite().finally(() => (this.writing = undefined));
    return this.writing;
  }

  private async tryToWrite(): Promise<void> {
    const counts = this.counts.take();
    if (counts.length === 0) return;
    try {
      await this.minutes.add(counts);
    } catch (err) {
      this.counts.putBack(counts);
      if (this.warnings.tryAcquire())
        this.logger.warn({ msg: 'what was done cannot be written down now; it is kept for later', err });
    }
  }
}
