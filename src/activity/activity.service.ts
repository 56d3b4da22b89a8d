import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { PeriodicTask } from '../common/periodic-task.js';
import { withTimeout } from '../common/with-timeout.js';
import { Drain } from '../config/drain.js';
import { ActivityCounts, type RunSeries, type WebhookSeries } from './activity-counts.js';
import { type ActivityMinute, type HandlerRate, type UnverifiedWebhooks } from './activity-figures.js';
import { ActivityMinutesRepository } from './activity-minutes.repository.js';

const WRITE_INTERVAL_MS = 10_000;
/** How long the end of the process waits for the last write. */
const TIMEOUT_MS = 3000;

/**
 * Counts what this process does, per minute of its own clock, and reports what all processes did in the last two days.
 * Counting happens in memory and never fails: every 10 s and at the end of the process the counts are added to those of
 * the other processes. Counts that cannot be written are kept for an hour; if PostgreSQL stored them but its response was
 * lost, they count twice.
 */
@Injectable()
export class ActivityService implements OnModuleInit, OnApplicationShutdown {
  private readonly counts = new ActivityCounts();
  private readonly task: PeriodicTask;

  constructor(
    private readonly repository: ActivityMinutesRepository,
    drain: Drain,
  ) {
    const options = { name: 'write of activity counts', intervalMs: WRITE_INTERVAL_MS };
    this.task = new PeriodicTask({ ...options, run: () => this.write() }, drain);
  }

  onModuleInit(): void {
    this.task.start();
  }

  /** By now all runs have ended and all requests have been answered. */
  async onApplicationShutdown(): Promise<void> {
    await withTimeout(TIMEOUT_MS, this.write(), () => new Error('too late')).catch(() => undefined);
  }

  /** Counts a webhook. */
  received(series: WebhookSeries): void {
    this.counts.add(Date.now(), series);
  }

  /** Counts a handler run. */
  ran(handler: string, series: RunSeries, ms: number): void {
    this.counts.add(Date.now(), series, handler, ms);
  }

  /** Counts the time between a webhook's receipt and its first run. */
  waited(ms: number): void {
    this.counts.add(Date.now(), 'lag', '', ms);
  }

  /** Adds the counts since the last write to the table. If that fails they are kept for the next write. */
  async write(): Promise<void> {
    const counts = this.counts.drain();
    if (counts.length === 0) return;
    try {
      await this.repository.add(counts);
    } catch (error) {
      this.counts.putBack(counts);
      throw error;
    }
  }

  /** The minutes since a time, oldest first, including empty ones; at most two days. The last 10 s may be missing. */
  async minutes(since: Date): Promise<ActivityMinute[]> {
    return this.repository.minutes(since);
  }

  /** The webhooks since a time whose signature no secret made. The last 10 s may be missing. */
  async unverified(since: Date): Promise<UnverifiedWebhooks> {
    return this.repository.unverified(since);
  }

  /** The rates of each handler over the last whole minutes and the current one; handlers without runs are omitted. */
  async ratesByHandler(minutes: number): Promise<HandlerRate[]> {
    return this.repository.ratesByHandler(minutes);
  }
}
