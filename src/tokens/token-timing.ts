import { Injectable } from '@nestjs/common';

/** The durations that renewals go by. Constants of the product; a class, so that a test can run days in minutes. */
@Injectable()
export class TokenTiming {
  /**
   * How long a renewal may take before another may begin: longer than a call to Plane (10 s) with its answer
   * stored after some tries at a database that is away.
   */
  leaseSeconds = 30;
  /** Between a failed renewal and the next, at first; also the least there is. */
  minBackoffSeconds = 60;
  /** The most that it grows to; what a refusal that is not final waits. */
  maxBackoffSeconds = 3600;
  /** After trouble of our own, which says nothing of the token. */
  internalErrorBackoffSeconds = 5;
  /** How long a caller waits for a renewal, its own process's or another's. */
  timeoutMs = 15_000;
  /** Between two looks at another process's renewal. */
  pollMs = 50;
  /** How long a process uses a token without looking at its row. */
  cacheMs = 5000;
  /** The longest pause of the schedule; it looks sooner where a token falls due sooner. */
  maxPollMs = 5000;
  /** The pause of the schedule while Plane fails whatever it asks, at most; it begins with the longest pause above. */
  maxOutagePollMs = 60_000;
  /** Renewals at once of a process's schedule. */
  concurrency = 5;
  /** Renewals a second of a process's schedule: after an outage Plane is not asked for everything at once. */
  refreshesPerSecond = 20;
  /** The monotonic clock, ms. */
  now = (): number => performance.now();
}
