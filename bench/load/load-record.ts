import { monotonicMs } from '../clock.mjs';
import { type LoadReport } from './orders.ts';

/** Takes note of what an order does while it does it. */
export class LoadRecord {
  private readonly latencies: Float64Array;
  private readonly startedAt = monotonicMs();
  private readonly usageAtStart = process.cpuUsage();
  private readonly beganAt = performance.now();
  private lastAnswerMs = 0;

  /** @param most requests */
  constructor(most: number) {
    this.latencies = new Float64Array(most);
  }

  /** Milliseconds since the start. */
  elapsedMs(): number {
    return performance.now() - this.beganAt;
  }

  /** @param sinceMs when the request was sent or due, in milliseconds since the start */
  answered(index: number, sinceMs: number): void {
    this.lastAnswerMs = this.elapsedMs();
    this.latencies[index] = this.lastAnswerMs - sinceMs;
  }

  /** @param sent how many were sent, all of them answered */
  report(sent: number): LoadReport {
    const { user, system } = process.cpuUsage(this.usageAtStart);
    return {
      sent,
      perSecond: (sent / this.lastAnswerMs) * 1000,
      latencies: this.latencies.slice(0, sent),
      startedAt: this.startedAt,
      processors: (user + system) / 1000 / this.lastAnswerMs,
    };
  }
}
